/** The bodies of an architecture that overrides nothing, on entries in any state and with nobody in between. */
import { addrOf, GenericPteOps, PTE_ZERO, type PteWord, ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { Machine, runAlone, UserCpu, World, wordEntries } from '@racewalk/machine';
import { exchangeToy } from '@racewalk/toys';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const arch = exchangeToy({ id: 'generic', ops: (m) => new GenericPteOps(m) });
const v = arch.values;
const PAGES = 5;

const state = fc.record({ write: fc.boolean(), young: fc.boolean(), dirty: fc.boolean() });
type State = { write: boolean; young: boolean; dirty: boolean };

/** Pages 1 to 3 of five are operated on; the first and the last are neighbours. */
const range = fc.record({
  states: fc.array(state, { minLength: PAGES, maxLength: PAGES }),
  from: fc.integer({ min: 0, max: 2 }),
  nr: fc.integer({ min: 1, max: 3 }),
});

function bench(states: readonly State[]) {
  const w = new World(arch, { block: 1 }, [1], []);
  const vma = w.vma({ pages: PAGES });
  w.mapFrames(vma, w.frames.add({ pages: PAGES }), {});
  for (const [i, { write, young, dirty }] of states.entries()) {
    const prot = v.mkProt({ read: true, write });
    let pte = v.pfnPte(0x40 + i, prot);
    if (young) pte = v.pteMkyoung(pte);
    if (dirty) pte = v.pteMkdirty(pte);
    w.setInitial(ptepOf(vma, vma.start + i), pte);
  }
  w.seal();
  const m = new Machine(w, 0, wordEntries(w));
  const at = (i: number) => ptepOf(vma, vma.start + i);
  const entry = (memory: Int32Array, i: number) => w.entryIn((cell) => memory[cell] ?? 0, at(i));
  const start = runAlone(w.cells.cells, function* () {}).memory;
  const run = <T>(body: () => Step<T>, memory = start) => {
    const done = runAlone(w.cells.cells, body, { memory });
    const entries = states.map((_, i) => entry(done.memory, i));
    return { value: done.value, entries, memory: done.memory };
  };
  const before = states.map((_, i) => entry(start, i));
  return { w, m, vma, mm: vma.mm, at, addr: (i: number) => addrOf(vma.start + i), run, before };
}

const within = (from: number, nr: number) => (i: number) => i >= from && i < from + nr;

/** What must stand there: changed within the range, as before outside. */
const expected = (before: readonly PteWord[], from: number, nr: number, change: (pte: PteWord) => PteWord) =>
  before.map((pte, i) => (within(from, nr)(i) ? change(pte) : pte));

describe('operations on several entries', () => {
  it('get_and_clear_full_ptes empties exactly those, and answers the flags of all', () => {
    fc.assert(
      fc.property(range, fc.boolean(), ({ states, from, nr }, full) => {
        const b = bench(states);
        const { value, entries } = b.run(() =>
          b.m.pte.getAndClearFullPtes(b.mm, b.addr(from), b.at(from), nr, full),
        );
        const part = states.slice(from, from + nr);
        expect(entries).toEqual(expected(b.before, from, nr, () => PTE_ZERO));
        expect(v.ptePfn(value)).toBe(0x40 + from);
        expect([v.pteYoung(value), v.pteDirty(value), v.pteWrite(value)]).toEqual([
          part.some((s) => s.young),
          part.some((s) => s.dirty),
          part[0]?.write,
        ]);
      }),
    );
  });

  it('clear_full_ptes, clear_not_present_full_ptes and wrprotect_ptes touch exactly those', () => {
    fc.assert(
      fc.property(range, ({ states, from, nr }) => {
        const b = bench(states);
        const { pte } = b.m;
        const [addr, ptep] = [b.addr(from), b.at(from)];
        const emptied = expected(b.before, from, nr, () => PTE_ZERO);
        expect(b.run(() => pte.clearFullPtes(b.mm, addr, ptep, nr, false)).entries).toEqual(emptied);
        expect(b.run(() => pte.clearNotPresentFullPtes(b.mm, addr, ptep, nr, false)).entries).toEqual(
          emptied,
        );
        const readOnly = expected(b.before, from, nr, v.pteWrprotect);
        expect(b.run(() => pte.wrprotectPtes(b.mm, addr, ptep, nr)).entries).toEqual(readOnly);
      }),
    );
  });

  it('set_ptes fills in one frame after the other', () => {
    fc.assert(
      fc.property(range, ({ states, from, nr }) => {
        const b = bench(states);
        const first = v.pteMkyoung(v.pfnPte(0x60, v.mkProt({ read: true, write: true })));
        const { entries } = b.run(() => b.m.pte.setPtes(b.mm, b.addr(from), b.at(from), first, nr));
        expect(entries).toEqual(
          b.before.map((pte, i) => (within(from, nr)(i) ? v.pteAdvancePfn(first, i - from) : pte)),
        );
      }),
    );
  });

  it('clear_young_dirty_ptes clears what it is asked to', () => {
    fc.assert(
      fc.property(range, fc.boolean(), fc.boolean(), ({ states, from, nr }, young, dirty) => {
        fc.pre(young || dirty);
        const b = bench(states);
        const { entries } = b.run(() =>
          b.m.pte.clearYoungDirtyPtes(b.vma, b.addr(from), b.at(from), nr, { young, dirty }),
        );
        const change = (pte: PteWord) => {
          const old = young ? v.pteMkold(pte) : pte;
          return dirty ? v.pteMkclean(old) : old;
        };
        expect(entries).toEqual(expected(b.before, from, nr, change));
      }),
    );
  });
});

describe('operations on one entry', () => {
  /** The page is cached by CPU 1. */
  const cached = (b: ReturnType<typeof bench>, i: number) =>
    b.run(() => new UserCpu(new Machine(b.w, 1, wordEntries(b.w)), b.vma).load(i)).memory;
  const isCached = (b: ReturnType<typeof bench>, memory: Int32Array, i: number) =>
    memory[b.w.tlbs.word(1, b.mm, b.vma.start + i)] !== 0;
  const plain = Array.from({ length: PAGES }, () => ({ write: true, young: false, dirty: false }));
  const young = plain.map((s) => ({ ...s, young: true }));

  it('ptep_clear_flush_young flushes a page that was young, and only such a one', () => {
    for (const i of [1, 3]) {
      const b = bench(young);
      const { value, entries, memory } = b.run(
        () => b.m.pte.ptepClearFlushYoung(b.vma, b.addr(i), b.at(i)),
        cached(b, i),
      );
      expect([value, isCached(b, memory, i)]).toEqual([true, false]);
      expect(entries).toEqual(expected(b.before, i, 1, v.pteMkold));
      const again = b.run(() => b.m.pte.ptepClearFlushYoung(b.vma, b.addr(i), b.at(i)), memory);
      expect([again.value, again.entries[i]]).toEqual([false, entries[i]]);
    }
  });

  it('ptep_clear_flush empties and flushes one page', () => {
    const b = bench(young);
    const { value, entries, memory } = b.run(
      () => b.m.pte.ptepClearFlush(b.vma, b.addr(2), b.at(2)),
      cached(b, 2),
    );
    expect([value, isCached(b, memory, 2)]).toEqual([b.before[2], false]);
    expect(entries).toEqual(expected(b.before, 2, 1, () => PTE_ZERO));
  });

  it('ptep_set_access_flags stores what is new, and flushes if told to', () => {
    for (const dirty of [true, false]) {
      const b = bench(young);
      const entry = v.pteMkdirty(b.before[1] ?? PTE_ZERO);
      const set = (memory: Int32Array) =>
        b.run(() => b.m.pte.ptepSetAccessFlags(b.vma, b.addr(1), b.at(1), entry, dirty), memory);
      const first = set(cached(b, 1));
      expect([first.value, first.entries[1]]).toEqual([true, entry]);
      if (dirty) expect(isCached(b, first.memory, 1)).toBe(false);
      expect(set(first.memory).value).toBe(false);
    }
  });

  it('ptep_modify_prot takes the entry out and puts the new one in', () => {
    const b = bench(young);
    const { value, entries } = b.run(function* (): Step<PteWord> {
      const old = yield* b.m.pte.ptepModifyProtStart(b.vma, b.addr(1), b.at(1));
      yield* b.m.pte.ptepModifyProtCommit(b.vma, b.addr(1), b.at(1), old, v.pteWrprotect(old));
      return old;
    });
    expect(value).toBe(b.before[1]);
    expect(entries).toEqual(expected(b.before, 1, 1, v.pteWrprotect));
  });
});
