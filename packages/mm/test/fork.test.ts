import { addrOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  costOf,
  FrameFlag,
  Machine,
  type MapSpec,
  runAlone,
  UserCpu,
  World,
  wordEntries,
} from '@racewalk/machine';
import {
  ANON_EXCLUSIVE,
  doUserAddrFault,
  FOLL_PIN,
  FOLL_WRITE,
  GUP_PIN_COUNTING_BIAS,
  type HeldPage,
  linux,
  loadHeld,
  PageFlag,
  sparePages,
  storeHeld,
} from '@racewalk/mm';
import { exchangeToy as toyArch } from '@racewalk/toys';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const arch = toyArch();
const v = arch.values;

/** A process with one folio of `pages` pages, and a child whose area is empty. */
function world(pages: number, spec: MapSpec = {}, childRuns = true) {
  const w = new World(arch, { block: 4 }, [1], ['OWN', 'UAF']);
  linux(w);
  const vma = w.vma({ pages, start: 0x200, mm: w.mm('parent') });
  const child = w.vma({ pages, start: 0x200, mm: w.mm('child', childRuns), name: 'child' });
  const contents = Array.from({ length: pages }, (_, i) => i + 1);
  const folio = linux(w).folio({ pages, contents, frameFlags: ANON_EXCLUSIVE });
  const spare = linux(w).folio({ name: 'spare', pages: 1, refcount: 1, mapcount: 0, contents: [0] });
  sparePages(w, 1, [spare]);
  linux(w).mapFolio(vma, folio, spec);
  w.contexts.track(1);
  const seal = () => w.seal();
  const m = () => new Machine(w, 1, wordEntries(w));
  const run = <T>(body: (m: Machine) => Step<T>, memory?: Int32Array) =>
    runAlone(w.cells.cells, () => body(m()), memory === undefined ? {} : { memory });
  const frame = folio.frames[0]!;
  const held: HeldPage = { vma, vpn: vma.start, frame };
  return { w, vma, child, folio, spare, frame, held, run, seal };
}

/** The same with the child mapping the parent's pages. */
function shared(spec: MapSpec, childRuns: boolean) {
  const s = world(1, spec, childRuns);
  linux(s.w).mapFolio(s.child, s.folio, { write: false });
  s.w.cells.setInitial(s.folio.mapcount, 2);
  s.w.cells.setInitial(s.folio.refcount, 2);
  s.seal();
  return s;
}

describe('sequence counts', () => {
  it('are odd while a writer is under way, and tell a reader afterwards', () => {
    const { vma, run, seal } = world(1);
    seal();
    const seq = vma.mm.writeProtectSeq;
    const r = run(function* (m) {
      const start = yield* m.k.rawReadSeqcount(seq);
      yield* m.k.rawWriteSeqcountBegin(seq);
      const within = yield* m.k.rawReadSeqcount(seq);
      yield* m.k.rawWriteSeqcountEnd(seq);
      const end = yield* m.k.rawReadSeqcount(seq);
      return [
        start,
        within,
        yield* m.k.readSeqcountRetry(seq, start),
        yield* m.k.readSeqcountRetry(seq, end),
      ];
    });
    expect(r.value).toEqual([0, 1, true, false]);
  });
});

describe('anonymous pages', () => {
  it('are exclusive until somebody says they are not', () => {
    const { frame, run, seal } = world(1);
    seal();
    const r = run(function* (m) {
      const before = yield* m.k.pageAnonExclusive(frame);
      yield* m.k.clearPageAnonExclusive(frame);
      const after = yield* m.k.pageAnonExclusive(frame);
      yield* m.k.setPageAnonExclusive(frame);
      return [before, after, yield* m.k.pageAnonExclusive(frame)];
    });
    expect(r.value).toEqual([true, false, true]);
    expect(r.memory[frame.cell]! & PageFlag.ANON).toBe(PageFlag.ANON);
  });

  it('are shared by fork, unless one may be pinned and is exclusive', () => {
    const { folio, frame, run, seal, vma } = world(4);
    seal();
    const dup = (m: Machine) => m.k.folioTryDupAnonRmapPtes(folio, frame, 4, vma);
    const plain = run(dup);
    expect(plain.value).toBe(true);
    expect(plain.memory[folio.mapcount]).toBe(8);
    expect(folio.frames.every((f) => (plain.memory[f.cell]! & PageFlag.EXCLUSIVE) === 0)).toBe(true);
    const pinned = run(function* (m) {
      yield* m.k.mmSetHasPinnedFlag(vma.mm);
      yield* m.k.tryGrabFolio(folio, 1, FOLL_PIN);
      return yield* dup(m);
    });
    expect(pinned.value).toBe(false);
    expect(pinned.memory[folio.mapcount]).toBe(4);
    expect(run(dup, pinned.memory).value).toBe(false);
    const put = run((m) => m.k.gupPutFolio(frame, 1, FOLL_PIN), pinned.memory);
    expect(put.memory[folio.refcount]).toBe(4);
  });
});

describe('folioPteBatch', () => {
  it('counts what maps one folio in order, and stops at the first that does not', () => {
    const pages = fc.array(fc.record({ index: fc.nat(3), dirty: fc.boolean(), write: fc.boolean() }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(pages, fc.integer({ min: 1, max: 6 }), fc.boolean(), (entries, max, ignoreDirty) => {
        const { w, vma, folio, run, seal } = world(6, { pages: 0 });
        const small = linux(w).folio({ pages: 4 });
        for (const [at, { index, ...state }] of entries.entries()) {
          linux(w).mapFolio(vma, small, { at, from: index, pages: 1, ...state });
        }
        seal();
        const first = entries[0]!;
        let nr = 1;
        while (nr < Math.min(max, entries.length)) {
          const { index, dirty } = entries[nr]!;
          if (index !== first.index + nr || (!ignoreDirty && dirty !== first.dirty)) break;
          nr++;
        }
        const start = vma.table.entries[0]!;
        const found = run(function* (m) {
          return yield* m.k.folioPteBatch(small, start, yield* m.pte.ptepGet(start), max, { ignoreDirty });
        }).value;
        expect(found).toEqual({ nr, anyWritable: entries.slice(1, nr).some((e) => e.write) });
        expect(folio.frames).toHaveLength(6);
      }),
    );
  });

  it('does not look at the rest of a folded block', () => {
    const { vma, folio, run, seal } = world(8, { folded: true });
    seal();
    const start = vma.table.entries[1]!;
    const r = run(function* (m) {
      const pte = yield* m.pte.ptepGet(start);
      const batch = yield* m.k.folioPteBatch(folio, start, pte, 7, {});
      return { batch, hint: m.k.pteBatchHint(start, pte) };
    });
    expect(r.value).toEqual({ batch: { nr: 7, anyWritable: true }, hint: 3 });
    expect(r.steps).toHaveLength(2);
  });
});

describe('copy on write', () => {
  const store = (s: ReturnType<typeof world>) => (m: Machine) =>
    new UserCpu(m, s.vma, { onFault: doUserAddrFault }).store(0, 9);

  it('gives a page of its own to who stores to a shared one', () => {
    const s = shared({ write: false }, true);
    const { memory, faults } = s.run(
      store({ ...s }),
      s.run((m) => m.k.clearPageAnonExclusive(s.frame)).memory,
    );
    const copy = s.spare.frames[0]!;
    expect(faults).toEqual([]);
    expect([memory[s.frame.data], memory[copy.data]]).toEqual([1, 9]);
    expect(memory[copy.cell]! & ANON_EXCLUSIVE).toBe(ANON_EXCLUSIVE);
    expect([memory[s.folio.mapcount], memory[s.folio.refcount]]).toEqual([1, 1]);
    expect([memory[s.spare.mapcount], memory[s.spare.refcount]]).toEqual([1, 1]);
  });

  it('keeps a page that is exclusive, and one nobody else refers to', () => {
    for (const exclusive of [true, false]) {
      const s = world(1, { write: false });
      s.seal();
      const before = exclusive ? undefined : s.run((m) => m.k.clearPageAnonExclusive(s.frame)).memory;
      const { memory, faults } = s.run(store(s), before);
      expect(faults).toEqual([]);
      expect(memory[s.frame.data]).toBe(9);
      expect(memory[s.frame.cell]! & PageFlag.EXCLUSIVE).toBe(PageFlag.EXCLUSIVE);
    }
  });

  it('frees the old page with its last mapping', () => {
    const s = world(2, { write: false, pages: 1 });
    s.w.cells.setInitial(s.folio.mapcount, 1);
    s.w.cells.setInitial(s.folio.refcount, 1);
    s.seal();
    const { memory } = s.run(store(s), s.run((m) => m.k.clearPageAnonExclusive(s.frame)).memory);
    expect(memory[s.frame.cell]! & FrameFlag.FREED).toBe(FrameFlag.FREED);
    expect(memory[s.spare.frames[0]!.data]).toBe(9);
  });

  it('ends in SIGSEGV where nothing is mapped', () => {
    const s = world(2, { pages: 1 });
    s.seal();
    const options = { onFault: doUserAddrFault };
    expect(s.run((m) => new UserCpu(m, s.vma, options).store(1)).value).toBe(false);
  });

  it('says so when a race has too few pages', () => {
    const s = world(1);
    s.seal();
    const twice = (m: Machine) => [m.k.folioPrealloc(), m.k.folioPrealloc()];
    expect(() => twice(new Machine(s.w, 1, wordEntries(s.w)))).toThrow(/spare pages/);
  });
});

describe('pins', () => {
  it('are taken without a lock, and under the mmap lock where a copy is needed', () => {
    const fast = world(1);
    fast.seal();
    const r = fast.run((m) => m.k.pinUserPagesFast(fast.vma, fast.vma.start, FOLL_WRITE));
    expect(r.value).toBe(fast.frame);
    expect(r.memory[fast.folio.refcount]).toBe(1 + GUP_PIN_COUNTING_BIAS);
    const slow = shared({ write: false }, true);
    const before = slow.run((m) => m.k.clearPageAnonExclusive(slow.frame)).memory;
    const copied = slow.run((m) => m.k.pinUserPagesUnlocked(slow.vma, slow.vma.start, FOLL_WRITE), before);
    expect(copied.value).toBe(slow.spare.frames[0]);
    expect(copied.memory[slow.spare.refcount]).toBe(1 + GUP_PIN_COUNTING_BIAS);
  });

  it('are refused without a lock while fork is under way', () => {
    const s = world(1);
    s.seal();
    const r = s.run(function* (m) {
      yield* m.k.rawWriteSeqcountBegin(s.vma.mm.writeProtectSeq);
      return yield* m.k.pinUserPagesFast(s.vma, s.vma.start, FOLL_WRITE);
    });
    expect(r.steps.some(({ op }) => op.label === 'lock parent.mmap_lock (read)')).toBe(true);
    expect(r.value).toBe(s.frame);
  });

  it('let a device read and write', () => {
    const s = world(1);
    s.seal();
    const r = s.run(function* (m) {
      yield* storeHeld(m, s.held, 5);
      return yield* loadHeld(m, s.held);
    });
    expect([r.value, r.faults]).toEqual([5, []]);
  });
});

describe('OWN', () => {
  const byCpu = (s: ReturnType<typeof world>) => (m: Machine) => new UserCpu(m, s.vma).store(0, 9);
  const codes = (faults: readonly { code: string }[]) => faults.map((f) => f.code);

  it('a store to a page another process maps', () => {
    const s = shared({}, true);
    expect(codes(s.run(byCpu(s)).faults)).toEqual(['OWN']);
    expect(codes(s.run((m) => storeHeld(m, s.held, 9)).faults)).toEqual(['OWN']);
  });

  it('not before fork has returned', () => {
    const s = shared({}, false);
    expect(s.run(byCpu(s)).faults).toEqual([]);
  });

  it('a device that writes to a page its process has replaced', () => {
    const s = world(1, { pages: 0 });
    linux(s.w).mapFolio(s.vma, s.spare, {});
    s.seal();
    expect(s.run((m) => storeHeld(m, s.held, 9)).faults[0]?.message).toMatch(/but the process has/);
  });

  it('a page marked exclusive that two processes map, at the end', () => {
    const s = shared({ write: false }, true);
    const faults: string[] = [];
    const view = { get: (cell: number) => s.w.cells.cells[cell]?.initial ?? 0, set: () => undefined };
    for (const o of s.w.observers) o.end?.(view, { fail: (code) => void faults.push(code) });
    expect(faults).toEqual(['OWN']);
  });
});

describe('costOf', () => {
  it('counts accesses, counters and unfolded blocks', () => {
    const setup = (w: World) => {
      linux(w);
      const vma = w.vma({ pages: 4 });
      const folio = linux(w).folio({ pages: 4 });
      linux(w).mapFolio(vma, folio, { folded: true });
      return { vma, folio };
    };
    const cost = costOf(arch, 4, setup, function* (m, { vma, folio }) {
      for (const ptep of vma.table.entries) yield* m.entries.update(ptep, v.pteMknoncont, 'unfold');
      yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
      yield* m.k.tryGrabFolio(folio, 1, 0);
    });
    expect(cost).toEqual({
      reads: 0,
      writes: 0,
      exchanges: 0,
      compareExchanges: 0,
      updates: 4,
      invalidations: 1,
      barriers: 1,
      references: 1,
      unfolds: 1,
    });
  });
});
