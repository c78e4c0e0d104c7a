import { addrOf, pteAccessible, type Vma } from '@racewalk/core';
import { read, runAlone, type Step } from '@racewalk/core/step';
import {
  type Folio,
  FolioFlag,
  FrameFlag,
  Machine,
  type MapSpec,
  UserCpu,
  World,
  wordEntries,
} from '@racewalk/machine';
import {
  expectNotMapped,
  folioRefFreeze,
  folioTestDirty,
  startWriteout,
  TlbUbc,
  unusedAndClean,
} from '@racewalk/mm';
import { describe, expect, it } from 'vitest';
import { toyArch, toyValues } from './toy.js';

const broadcasting = toyArch();
const interrupting = toyArch({
  id: 'toy-ipi',
  capabilities: ['hwAccess', 'hwDirty', 'contPte', 'breakBeforeMake', 'ipiFlush'],
});

interface State {
  readonly w: World;
  readonly vma: Vma;
  readonly folio: Folio;
  readonly m: Machine;
}

/** Two pages of one folio, the second entry of the two apart from what `spec` says. */
function build(arch = broadcasting, spec: MapSpec = {}, file = false): State {
  const w = new World(arch, { block: 1 }, [1], ['DIRTY', 'UAF']);
  const vma = w.vma({ pages: 3, ...(file ? { mapping: w.addressSpace(), shared: true } : {}) });
  const folio = w.folio({ pages: 2, refcount: 3 });
  w.mapFolio(vma, folio, { young: true, ...spec });
  w.seal();
  return { w, vma, folio, m: new Machine(w, 0, wordEntries(w)) };
}

const run = <T>(s: State, body: () => Step<T>) => runAlone(s.w.cells.cells, body);
const entriesIn = (s: State, memory: Int32Array) =>
  s.vma.table.entries.map((ptep) => s.w.entryIn((cell) => memory[cell] ?? 0, ptep));
const labels = (steps: readonly { readonly op: { readonly label: string } }[]) =>
  steps.map((p) => p.op.label);

describe('pageVmaMappedWalk', () => {
  const count = (s: State, sync: boolean, goOn = true) =>
    run(s, function* () {
      let seen = 0;
      const visit = function* () {
        seen++;
        yield* read(s.folio.flags, 'visit');
        return goOn;
      };
      const ended = yield* s.m.k.pageVmaMappedWalk(s.folio, s.vma, visit, { sync });
      return { seen, ended };
    });

  it('visits what maps the folio, peeks first, and keeps the lock once it has it', () => {
    const { value, steps } = count(build(), false);
    expect(value).toEqual({ seen: 2, ended: true });
    expect(labels(steps).filter((l) => l.includes('lock'))).toEqual(['lock ptl', 'unlock ptl']);
    expect(labels(steps)[0]).toBe('ptep_get pte[0]');
  });

  it('takes the lock before the first look where it is told to', () => {
    const { steps, value } = count(build(), true);
    expect(value.seen).toBe(2);
    expect(labels(steps)[0]).toBe('lock ptl');
  });

  it('ends where the visitor does', () => {
    expect(count(build(), false, false).value).toEqual({ seen: 1, ended: false });
  });

  it('passes other folios by, and takes no lock where all is empty', () => {
    const s = build();
    const other = s.w.folio({ pages: 1 });
    const walk = (folio: Folio, vma: Vma) =>
      run(s, () =>
        s.m.k.pageVmaMappedWalk(folio, vma, function* () {
          yield* read(s.folio.flags, 'visit');
          throw new Error('visited');
        }),
      );
    expect(walk(other, s.vma).value).toBe(true);
    expect(labels(walk(other, { ...s.vma, start: s.vma.start + 2 }).steps)).toEqual(['ptep_get pte[2]']);
  });
});

describe('tryToUnmap', () => {
  it('leaves swap entries, hands dirty over, and drops what the mappings held', () => {
    const s = build(broadcasting, { dirty: true });
    const { memory, value, faults } = run(s, () => s.m.k.tryToUnmap(s.folio, [s.vma]));
    expect(value).toBe(true);
    expect(faults).toEqual([]);
    const left = entriesIn(s, memory);
    expect(left.slice(0, 2).map((pte) => s.w.arch.swap.pteToSwpEntry(pte))).toEqual([
      { type: 1, offset: 0x10 },
      { type: 1, offset: 0x11 },
    ]);
    expect(memory[s.folio.flags]).toBe(FolioFlag.DIRTY);
    expect([memory[s.folio.mapcount], memory[s.folio.refcount]]).toEqual([0, 1]);
  });

  it('leaves nothing behind in a file mapping', () => {
    const s = build(broadcasting, {}, true);
    const { memory } = run(s, () => s.m.k.tryToUnmap(s.folio, [s.vma]));
    expect(entriesIn(s, memory).map(toyValues.pteNone)).toEqual([true, true, true]);
    expect(memory[s.folio.flags]).toBe(0);
  });

  it('drops a lazily freed folio only if nobody wrote to it', () => {
    const clean = build();
    const gone = run(clean, () => clean.m.k.tryToUnmap(clean.folio, [clean.vma], { lazyfree: true }));
    expect(gone.value).toBe(true);
    expect(entriesIn(clean, gone.memory).every(toyValues.pteNone)).toBe(true);
    const dirty = build(broadcasting, { dirty: true });
    const kept = run(dirty, () => dirty.m.k.tryToUnmap(dirty.folio, [dirty.vma], { lazyfree: true }));
    expect(kept.value).toBe(false);
    expect(entriesIn(dirty, kept.memory).map(toyValues.ptePresent)).toEqual([true, true, false]);
    expect(entriesIn(dirty, kept.memory).map(toyValues.pteDirty)).toEqual([true, true, false]);
  });

  it('puts the flushes off where there is a batch', () => {
    const s = build(interrupting);
    const batch = new TlbUbc(s.m);
    const { steps } = run(s, () => s.m.k.tryToUnmap(s.folio, [s.vma], { batch }));
    expect(labels(steps).some((l) => l.includes('flush pte'))).toBe(false);
    expect(batch.flushRequired).toBe(true);
  });
});

describe('TlbUbc', () => {
  const dirtyEntry = (s: State) => toyValues.pteMkdirty(entriesIn(s, run(s, function* () {}).memory)[0]!);

  it('issues at once and waits at the end where invalidations are broadcast', () => {
    const s = build();
    const { steps } = run(s, function* () {
      const batch = new TlbUbc(s.m);
      yield* batch.setTlbUbcFlushPending(s.vma, dirtyEntry(s), addrOf(s.vma.start));
      yield* batch.tryToUnmapFlush();
      yield* batch.tryToUnmapFlush();
    });
    expect(labels(steps)).toEqual(['tlbi pte[0]', 'set_tlb_ubc_flush_pending', 'dsb']);
  });

  it('does everything at the end where they interrupt', () => {
    const s = build(interrupting);
    const { steps } = run(s, function* () {
      const batch = new TlbUbc(s.m);
      yield* batch.setTlbUbcFlushPending(s.vma, dirtyEntry(s), addrOf(s.vma.start));
      yield* batch.tryToUnmapFlushDirty();
    });
    expect(labels(steps)).toEqual(['set_tlb_ubc_flush_pending', 'IPI cpu1: flush mm (all)']);
  });

  it('flushes before I/O only what may be dirty in a TLB', () => {
    const s = build();
    const clean = toyValues.pteMkclean(dirtyEntry(s));
    const { steps } = run(s, function* () {
      const batch = new TlbUbc(s.m);
      yield* batch.setTlbUbcFlushPending(s.vma, clean, addrOf(s.vma.start));
      yield* batch.tryToUnmapFlushDirty();
    });
    expect(labels(steps)).not.toContain('dsb');
  });

  it('owes nothing for an entry that no TLB can have', () => {
    const s = build();
    const swap = s.w.arch.swap.swpEntryToPte({ type: 1, offset: 1 });
    const { steps } = run(s, () => new TlbUbc(s.m).setTlbUbcFlushPending(s.vma, swap, addrOf(s.vma.start)));
    expect(steps).toEqual([]);
  });

  it('is found by whoever drains the address space', () => {
    const s = build(interrupting);
    const { steps } = run(s, function* () {
      yield* new TlbUbc(s.m).setTlbUbcFlushPending(s.vma, dirtyEntry(s), addrOf(s.vma.start));
      yield* new Machine(s.w, 2, wordEntries(s.w)).k.flushTlbBatchedPending(s.vma.mm);
    });
    expect(labels(steps)).toContain('IPI cpu1: flush mm (all)');
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
      return yield* s.m.k.folioClearDirtyForIo(s.folio, [s.vma]);
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
    const { steps } = run(s, () => s.m.k.folioMkclean(s.folio, [s.vma]));
    expect(labels(steps).some((l) => l.startsWith('ptep_get_and_clear'))).toBe(false);
  });

  it('looks for no mapping of a folio that nobody maps', () => {
    const s = build();
    s.w.cells.setInitial(s.folio.mapcount, 0);
    const { steps, value } = run(s, () => s.m.k.folioClearDirtyForIo(s.folio, [s.vma]));
    expect(value).toBe(false);
    expect(labels(steps)).toEqual(['folio_mapcount folio', 'write out folio']);
  });
});

describe('startWriteout', () => {
  it('copies what a dirty folio holds, and a clean one not', () => {
    const w = new World(broadcasting, { block: 1 }, [1], []);
    const folio = w.folio({ pages: 2, contents: [7, 8] });
    const disk = [w.word('disk0'), w.word('disk1')];
    const clean = runAlone(w.cells.cells, () => startWriteout(folio, disk));
    expect([clean.value, ...disk.map((c) => clean.memory[c])]).toEqual([false, 0, 0]);
    w.cells.setInitial(folio.flags, FolioFlag.DIRTY);
    const dirty = runAlone(w.cells.cells, () => startWriteout(folio, disk));
    expect([dirty.value, ...disk.map((c) => dirty.memory[c])]).toEqual([true, 7, 8]);
    expect(dirty.memory[folio.flags]).toBe(0);
  });
});

describe('what is left of a folio', () => {
  it('may be dropped if the caller and the mappings are all who hold it', () => {
    const s = build();
    expect(run(s, () => unusedAndClean(s.folio)).value).toBe(true);
    expect(run(s, () => folioTestDirty(s.folio)).value).toBe(false);
    s.w.cells.setInitial(s.folio.refcount, 4);
    expect(run(s, () => unusedAndClean(s.folio)).value).toBe(false);
  });

  it('is frozen if the count is what was expected', () => {
    const s = build();
    const right = run(s, () => folioRefFreeze(s.folio, 3));
    expect([right.value, right.memory[s.folio.refcount]]).toEqual([true, 0]);
    const wrong = run(s, () => folioRefFreeze(s.folio, 1));
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
