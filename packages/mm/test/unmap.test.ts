import { addrOf, PTE_ZERO, type PteWord, pteAccessible, type Vma } from '@racewalk/core';
import { read, type Step } from '@racewalk/core/step';
import {
  FrameFlag,
  Machine,
  type MapSpec,
  type Params,
  runAlone,
  UserCpu,
  World,
  wordEntries,
} from '@racewalk/machine';
import {
  defineFolioVmaWalk,
  definePageVmaWalk,
  expectNotMapped,
  type Folio,
  FolioFlag,
  linux,
  PVMW_SYNC,
  startWriteout,
  TTU_BATCH_FLUSH,
  TTU_RMAP_LOCKED,
  tlbUbc,
} from '@racewalk/mm';
import { exchangeToy, interruptingToy, toyValues } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

const broadcasting = exchangeToy();
const interrupting = interruptingToy();

interface State {
  readonly w: World;
  readonly vma: Vma;
  readonly folio: Folio;
  readonly m: Machine;
}

/** Two pages of one folio, the second entry of the two apart from what `spec` says. */
function build(
  arch = broadcasting,
  spec: MapSpec = {},
  file = false,
  swapbacked = true,
  params: Params = { block: 1 },
): State {
  const w = new World(arch, params, [1], ['DIRTY', 'UAF']);
  linux(w);
  const vma = w.vma({ pages: 3, ...(file ? { mapping: w.addressSpace(), shared: true } : {}) });
  const folio = linux(w).folio({ pages: 2, refcount: 3, swapbacked });
  linux(w).mapFolio(vma, folio, { young: true, ...spec });
  w.seal();
  return { w, vma, folio, m: new Machine(w, 0, wordEntries(w)) };
}

const run = <T>(s: State, body: () => Step<T>) => runAlone(s.w.cells.cells, body);
const entriesIn = (s: State, memory: Int32Array) =>
  s.vma.table.entries.map((ptep) => s.w.entryIn((cell) => memory[cell] ?? 0, ptep));
const labels = (steps: readonly { readonly op: { readonly label: string } }[]) =>
  steps.map((p) => p.op.label);

describe('pageVmaMappedWalk', () => {
  const count = (s: State, flags: number, stopAt = Number.POSITIVE_INFINITY) =>
    run(s, function* () {
      const pvmw = defineFolioVmaWalk(s.folio, s.vma, addrOf(s.vma.start), flags);
      let seen = 0;
      while (yield* s.m.k.pageVmaMappedWalk(pvmw)) {
        seen++;
        yield* read(s.folio.flags, 'stops');
        if (seen < stopAt) continue;
        yield* s.m.k.pageVmaMappedWalkDone(pvmw);
        break;
      }
      return seen;
    });

  it('stops at what maps the folio, peeks first, and keeps the lock once it has it', () => {
    const { value, steps } = count(build(), 0);
    expect(value).toBe(2);
    expect(labels(steps).filter((l) => l.includes('lock'))).toEqual(['lock ptl', 'unlock ptl']);
    expect(labels(steps)[0]).toBe('ptep_get pte[0]');
  });

  it('takes the lock before the first look where it is told to', () => {
    const { steps, value } = count(build(), PVMW_SYNC);
    expect(value).toBe(2);
    expect(labels(steps)[0]).toBe('lock ptl');
  });

  it('releases the lock where its user ends it', () => {
    const { value, steps } = count(build(), 0, 1);
    expect(value).toBe(1);
    expect(labels(steps).at(-1)).toBe('unlock ptl');
  });

  it('takes no lock where all is empty', () => {
    const s = build();
    for (const ptep of s.vma.table.entries) s.w.setInitial(ptep, PTE_ZERO);
    const { value, steps } = count(s, 0);
    expect([value, labels(steps)]).toEqual([0, ['ptep_get pte[0]', 'ptep_get pte[1]']]);
  });

  it('passes other folios by, and swap entries', () => {
    const s = build();
    const first = s.vma.table.entries[0]!;
    const { swap } = s.w.arch;
    const stops = (pte: PteWord) => {
      s.w.setInitial(first, pte);
      return count(s, PVMW_SYNC).value;
    };
    expect(stops(toyValues.pfnPte(linux(s.w).folio({ pages: 1 }).frames[0]!.pfn, toyValues.protNone()))).toBe(
      1,
    );
    expect(stops(swap.swpEntryToPte({ type: 1, offset: s.folio.frames[0]!.pfn }))).toBe(1);
  });

  it('stops at the entry that keeps the place of a page while a device has it', () => {
    const s = build();
    const [page] = s.folio.frames;
    const ptep = s.vma.table.entries[0]!;
    const { swap } = s.w.arch;
    s.w.setInitial(ptep, swap.swpEntryToPte(swap.makeWritableDeviceExclusiveEntry(page!.pfn)));
    const { value } = run(s, () =>
      s.m.k.pageVmaMappedWalk(definePageVmaWalk(page!, s.vma, addrOf(ptep.vpn), PVMW_SYNC)),
    );
    expect(value).toBe(true);
  });
});

describe('tryToUnmap', () => {
  const unmap = (s: State, flags = 0) => run(s, () => s.m.k.tryToUnmap(s.folio, flags));

  it('leaves swap entries, hands dirty over, and drops what the mappings held', () => {
    const s = build(broadcasting, { dirty: true });
    const { memory, faults } = unmap(s);
    expect(faults).toEqual([]);
    const left = entriesIn(s, memory);
    expect(left.slice(0, 2).map((pte) => s.w.arch.swap.pteToSwpEntry(pte))).toEqual([
      { type: 1, offset: 0x10 },
      { type: 1, offset: 0x11 },
    ]);
    expect(memory[s.folio.flags]).toBe(FolioFlag.DIRTY);
    expect([memory[s.folio.mapcount], memory[s.folio.refcount]]).toEqual([0, 1]);
  });

  it('leaves nothing behind in a file mapping, and holds the lock of its reverse map', () => {
    const s = build(broadcasting, {}, true);
    const { memory, steps } = unmap(s);
    expect(entriesIn(s, memory).map(toyValues.pteNone)).toEqual([true, true, true]);
    expect(memory[s.folio.flags]).toBe(0);
    expect(labels(steps)[0]).toBe('lock mapping.i_mmap (read)');
    expect(labels(unmap(s, TTU_RMAP_LOCKED).steps).filter((l) => l.includes('i_mmap'))).toEqual([]);
  });

  it('drops a lazily freed folio only if nobody wrote to it', () => {
    const clean = build(broadcasting, {}, false, false);
    expect(entriesIn(clean, unmap(clean).memory).every(toyValues.pteNone)).toBe(true);
    const dirty = build(broadcasting, { dirty: true }, false, false);
    const kept = unmap(dirty).memory;
    expect(entriesIn(dirty, kept).map(toyValues.ptePresent)).toEqual([true, true, false]);
    expect(entriesIn(dirty, kept).map(toyValues.pteDirty)).toEqual([true, true, false]);
    clean.w.cells.setInitial(clean.folio.refcount, 4);
    expect(entriesIn(clean, unmap(clean).memory).map(toyValues.ptePresent)).toEqual([true, true, false]);
  });

  it('leaves what is mapped by a locked area', () => {
    const s = build();
    const locked = { ...s.vma, flags: { locked: true } };
    const { value, memory } = run(s, () => s.m.k.tryToUnmapOne(s.folio, locked, addrOf(locked.start), 0));
    expect([value, toyValues.ptePresent(entriesIn(s, memory)[0]!)]).toEqual([false, true]);
  });

  it('puts the flushes off where it is told to', () => {
    const s = build(interrupting);
    const { steps } = unmap(s, TTU_BATCH_FLUSH);
    expect(labels(steps).some((l) => l.includes('flush pte'))).toBe(false);
    expect(tlbUbc(s.m).flushRequired).toBe(true);
  });
});

describe('the batch of a task', () => {
  const dirtyEntry = (s: State) => toyValues.pteMkdirty(entriesIn(s, run(s, function* () {}).memory)[0]!);
  const putOff = (s: State, pteval = dirtyEntry(s)) =>
    s.m.k.setTlbUbcFlushPending(s.vma.mm, pteval, addrOf(s.vma.start));

  it('issues at once and waits at the end where invalidations are broadcast', () => {
    const s = build();
    const { steps } = run(s, function* () {
      yield* putOff(s);
      yield* s.m.k.tryToUnmapFlush();
      yield* s.m.k.tryToUnmapFlush();
    });
    expect(labels(steps)).toEqual(['dsb ishst', 'tlbi pte[0]', 'atomic_inc mm.tlb_flush_batched', 'dsb']);
  });

  it('does everything at the end where they interrupt', () => {
    const s = build(interrupting);
    const { steps } = run(s, function* () {
      yield* putOff(s);
      yield* s.m.k.tryToUnmapFlushDirty();
    });
    expect(labels(steps)).toEqual(['atomic_inc mm.tlb_flush_batched', 'IPI cpu1: flush mm (all)']);
  });

  it('flushes before I/O only what may be dirty in a TLB', () => {
    const s = build();
    const clean = toyValues.pteMkclean(dirtyEntry(s));
    const { steps } = run(s, function* () {
      yield* putOff(s, clean);
      yield* s.m.k.tryToUnmapFlushDirty();
    });
    expect(labels(steps)).not.toContain('dsb');
  });

  it('owes nothing for an entry that no TLB can have', () => {
    const s = build();
    const swap = s.w.arch.swap.swpEntryToPte({ type: 1, offset: 1 });
    expect(run(s, () => putOff(s, swap)).steps).toEqual([]);
  });

  it('is found by whoever drains the address space', () => {
    const s = build(interrupting);
    const { steps } = run(s, function* () {
      yield* putOff(s);
      yield* new Machine(s.w, 2, wordEntries(s.w)).k.flushTlbBatchedPending(s.vma.mm);
    });
    expect(labels(steps)).toContain('IPI cpu1: flush mm (all)');
  });

  it('is not used by a kernel without it', () => {
    const s = build(interrupting, {}, false, true, { block: 1, batched: false });
    expect(labels(run(s, () => s.m.k.tryToUnmap(s.folio, TTU_BATCH_FLUSH)).steps)).toContain(
      'IPI cpu1: flush pte[0]',
    );
  });
});

describe('pteAccessible', () => {
  it('is about validity, and for an inaccessible entry about flushes under way', () => {
    const s = build();
    const none = toyValues.protNone();
    const ask = (pte: typeof none) => run(s, () => pteAccessible(s.m, s.vma.mm, pte)).value;
    expect(ask(entriesIn(s, run(s, function* () {}).memory)[0]!)).toBe(true);
    expect(ask(none)).toBe(false);
    s.w.cells.setInitial(s.vma.mm.tlbFlushPending, 1);
    expect(ask(none)).toBe(true);
  });
});

describe('ptepClearFlush', () => {
  it('flushes for an inaccessible entry only while a flush is announced', () => {
    const s = build();
    const ptep = s.vma.table.entries[0]!;
    s.w.setInitial(ptep, toyValues.protNone());
    const clear = () => labels(run(s, () => s.m.pte.ptepClearFlush(s.vma, addrOf(ptep.vpn), ptep)).steps);
    expect(clear()).not.toContain('tlbi pte[0]');
    s.w.cells.setInitial(s.vma.mm.tlbFlushPending, 1);
    expect(clear()).toContain('tlbi pte[0]');
  });
});

describe('folioClearDirtyForIo', () => {
  it('makes every mapping clean and read-only, and the folio clean', () => {
    const s = build(broadcasting, {}, true);
    const { memory, value } = run(s, function* () {
      yield* new UserCpu(new Machine(s.w, 1, wordEntries(s.w)), s.vma).store(0);
      return yield* s.m.k.folioClearDirtyForIo(s.folio);
    });
    expect(value).toBe(true);
    const left = entriesIn(s, memory).slice(0, 2);
    expect(left.map(toyValues.pteDirty)).toEqual([false, false]);
    expect(left.map(toyValues.pteWrite)).toEqual([false, false]);
    expect(memory[s.folio.flags]).toBe(0);
    expect((memory[s.folio.frames[0]!.cell] ?? 0) & FrameFlag.WRITTEN).toBe(0);
  });

  it('leaves entries that are clean and read-only alone', () => {
    const s = build(broadcasting, { write: false }, true);
    const { steps } = run(s, () => s.m.k.folioMkclean(s.folio));
    expect(labels(steps).some((l) => l.startsWith('ptep_get_and_clear'))).toBe(false);
  });

  it('looks for no mapping of a folio that nobody maps', () => {
    const s = build(broadcasting, {}, true);
    s.w.cells.setInitial(s.folio.mapcount, 0);
    const { steps, value } = run(s, () => s.m.k.folioClearDirtyForIo(s.folio));
    expect(value).toBe(false);
    expect(labels(steps)).toEqual(['folio_mapcount folio', 'write out folio']);
  });
});

describe('startWriteout', () => {
  it('copies what a dirty folio holds, and a clean one not', () => {
    const w = new World(broadcasting, { block: 1 }, [1], []);
    const disk = [w.word('disk0'), w.word('disk1')];
    const folio = linux(w).folio({ pages: 2, contents: [7, 8], backing: { disk } });
    const clean = runAlone(w.cells.cells, () => startWriteout(folio));
    expect([clean.value, ...disk.map((c) => clean.memory[c])]).toEqual([false, 0, 0]);
    w.cells.setInitial(folio.flags, FolioFlag.DIRTY);
    const dirty = runAlone(w.cells.cells, () => startWriteout(folio));
    expect([dirty.value, ...disk.map((c) => dirty.memory[c])]).toEqual([true, 7, 8]);
    expect(dirty.memory[folio.flags]).toBe(0);
  });
});

describe('what is left of a folio', () => {
  it('is frozen if the count is what was expected', () => {
    const s = build();
    const right = run(s, () => s.m.k.folioRefFreeze(s.folio, 3));
    expect([right.value, right.memory[s.folio.refcount]]).toEqual([true, 0]);
    const wrong = run(s, () => s.m.k.folioRefFreeze(s.folio, 1));
    expect([wrong.value, wrong.memory[s.folio.refcount]]).toEqual([false, 3]);
  });

  it('is reported if it is mapped where nobody should map it', () => {
    const s = build();
    const { faults } = run(s, () => expectNotMapped(s.folio, 'MISS', 'all areas were visited'));
    expect(faults[0]?.code).toBe('MISS');
    s.w.cells.setInitial(s.folio.mapcount, 0);
    expect(run(s, () => expectNotMapped(s.folio, 'MISS', '')).faults).toEqual([]);
  });
});
