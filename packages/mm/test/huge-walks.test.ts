/** Walks of the reverse map and zaps where the level above the tables is followed. */
import { addrOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { defineFolioVmaWalk, hugeZeroPage, linux, PVMW_SYNC, upperLevel } from '@racewalk/mm';
import { exchangeToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

/** A file's huge page, which two processes map. */
function twoProcesses() {
  const w = new World(exchangeToy(), { block: 1 }, [1], ['RMAP']);
  linux(w);
  const mapping = w.addressSpace();
  const areas = ['first', 'second'].map((name) => {
    const vma = w.vma({ pages: 2, mm: w.mm(name), mapping, shared: true });
    return { vma, slot: upperLevel(w, vma, { leads: 'none' }) };
  });
  const folio = linux(w).folio({ pages: 2, huge: true, mapcount: 2, refcount: 3 });
  for (const { vma } of areas) linux(w).mapFolio(vma, folio, { huge: true });
  w.seal();
  const m = new Machine(w, 0, wordEntries(w));
  const run = <T>(body: () => Step<T>, memory?: Int32Array) =>
    runAlone(w.cells.cells, body, memory === undefined ? {} : { memory });
  const zapped = (at: number) => {
    const { vma } = areas[at]!;
    return run(() => m.k.madviseDontneedSingleVma(vma, addrOf(vma.start), addrOf(vma.end))).memory;
  };
  const upper = (memory: Int32Array) =>
    areas.map(({ slot }) => w.entryIn((cell) => memory[cell] ?? 0, slot.pmdp));
  return { w, m, areas, folio, run, zapped, upper, p: w.arch.pmd };
}

describe('a walk of the reverse map', () => {
  it.each([0, 1])('finds the mapping that is left, whichever of two is gone (%d)', (gone) => {
    const s = twoProcesses();
    const { value, memory } = s.run(() => s.m.k.folioMkclean(s.folio), s.zapped(gone));
    expect(value).toBe(true);
    const left = s.upper(memory);
    expect(left.map((pmd) => s.p.pmdNone(pmd))).toEqual([gone === 0, gone === 1]);
    expect(s.p.pmdWrite(left[1 - gone]!)).toBe(false);
  });

  it('waits for whoever has emptied the entry and not told the count, if it is told to and the page may be huge', () => {
    const s = twoProcesses();
    const { vma } = s.areas[0]!;
    const locks = (flags: number, nrPages: number) =>
      s
        .run(function* () {
          const pvmw = defineFolioVmaWalk(s.folio, vma, addrOf(vma.start), flags);
          expect(yield* s.m.k.pageVmaMappedWalk({ ...pvmw, nrPages })).toBe(false);
        }, s.zapped(0))
        .steps.map(({ op }) => op.label)
        .filter((label) => /lock/.test(label) && !/lockless/.test(label)).length;
    expect([locks(0, 2), locks(PVMW_SYNC, 2), locks(PVMW_SYNC, 1)]).toEqual([0, 2, 0]);
  });
});

describe('the huge zero page', () => {
  it('is zapped, and is nobody’s: no count changes, and it is not freed', () => {
    const w = new World(exchangeToy(), { block: 1 }, [1], ['UAF']);
    linux(w);
    const vma = w.vma({ pages: 2 });
    const { pmdp } = upperLevel(w, vma, { leads: 'none' });
    const zero = linux(w).folio({ name: 'zero', pages: 2, huge: true, mapcount: 0, refcount: 1 });
    hugeZeroPage(w, zero);
    linux(w).mapFolio(vma, zero, { huge: true, write: false });
    w.seal();
    const m = new Machine(w, 0, wordEntries(w));
    const { memory, faults } = runAlone(w.cells.cells, () =>
      m.k.madviseDontneedSingleVma(vma, addrOf(vma.start), addrOf(vma.end)),
    );
    expect(w.arch.pmd.pmdNone(w.entryIn((cell) => memory[cell] ?? 0, pmdp))).toBe(true);
    for (const cell of [zero.mapcount, zero.refcount, ...zero.frames.map((frame) => frame.cell)])
      expect(memory[cell]).toBe(w.cells.cells[cell]?.initial);
    expect(faults).toEqual([]);
  });
});
