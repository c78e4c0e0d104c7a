/** What a fault leaves behind: the entry that it sets, whom the page belongs to, and nothing where somebody was faster. */
import { type AccessKind, PTE_ZERO, type PteWord, ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { intrudeAt, Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { GUP_PIN_COUNTING_BIAS, linux, PageFlag, upperLevel } from '@racewalk/mm';
import { exchangeToy, flatToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

const at = (w: World, memory: Int32Array) => (cell: number) =>
  memory[cell] ?? w.cells.cells[cell]?.initial ?? 0;

describe('finish_fault', () => {
  interface Spec {
    readonly shared?: boolean;
    readonly write?: boolean;
    readonly access?: AccessKind;
    readonly copied?: boolean;
    readonly first?: PteWord;
    readonly leads?: boolean;
  }
  function area(spec: Spec = {}) {
    const { shared = true, write = true, access = 'store', copied = false, first, leads = true } = spec;
    const w = new World(exchangeToy(), { block: 1 }, [1], []);
    linux(w);
    const vma = w.vma({ pages: 1, mapping: w.addressSpace(), shared, prot: { read: true, write } });
    upperLevel(w, vma, leads ? {} : { leads: 'none' });
    const folio = linux(w).folio({ pages: 1, refcount: 1, mapcount: 0 });
    const ptep = ptepOf(vma, vma.start);
    if (first !== undefined) w.setInitial(ptep, first);
    w.seal();
    const m = new Machine(w, 1, wordEntries(w));
    const run = runAlone(w.cells.cells, () =>
      m.k.finishFault({ vma, ptep, access }, folio.frames[0]!, copied),
    );
    const pte = w.entryIn(at(w, run.memory), ptep);
    const v = w.arch.values;
    const state = [v.ptePresent(pte), v.pteYoung(pte), v.pteWrite(pte), v.pteDirty(pte)];
    return { value: run.value, pte, state, mapcount: run.memory[folio.mapcount], pfn: v.ptePfn(pte), folio };
  }

  it.each<[string, Spec, boolean[]]>([
    ['a store to a shared mapping', {}, [true, true, true, true]],
    ['a load from a shared mapping', { access: 'load' }, [true, true, false, false]],
    ['a store to a private mapping', { shared: false }, [true, true, false, false]],
    ['a copy for a private mapping', { shared: false, copied: true }, [true, true, true, true]],
    ['a copy after a load', { shared: false, copied: true, access: 'load' }, [true, true, false, false]],
  ])('maps the page young, and writable and dirty only where somebody may store: %s', (_, spec, state) => {
    const end = area(spec);
    expect([end.value, end.state, end.mapcount]).toEqual([true, state, 1]);
    expect(end.pfn).toBe(end.folio.frames[0]!.pfn);
  });

  it('leaves what stands there alone, and says that it mapped nothing', () => {
    const { values: v } = exchangeToy();
    const other = v.pfnPte(0x77, v.mkProt({ read: true, write: false }));
    const end = area({ first: other });
    expect([end.value, end.pte, end.mapcount]).toEqual([false, other, 0]);
  });

  it('is tried again where no table is left to put under an empty entry', () => {
    const end = area({ leads: false });
    expect([end.value, end.pte, end.mapcount]).toEqual([false, PTE_ZERO, 0]);
  });
});

describe('finish_mkwrite_fault', () => {
  function clean() {
    const w = new World(exchangeToy(), { block: 1 }, [1], []);
    linux(w);
    const vma = w.vma({ pages: 1, mapping: w.addressSpace(), shared: true });
    linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { write: false });
    w.seal();
    const ptep = ptepOf(vma, vma.start);
    const origPte = w.entryIn(at(w, new Int32Array()), ptep);
    const m = new Machine(w, 1, wordEntries(w));
    const fault = () => m.k.finishMkwriteFault({ vma, ptep, access: 'store', origPte });
    return { w, vma, ptep, m, fault, v: w.arch.values };
  }

  it('makes the entry writable and dirty', () => {
    const { w, ptep, fault, v } = clean();
    const pte = w.entryIn(at(w, runAlone(w.cells.cells, fault).memory), ptep);
    expect([v.pteWrite(pte), v.pteDirty(pte), v.pteYoung(pte)]).toEqual([true, true, true]);
  });

  it('leaves an entry alone that changed before the lock was taken, and drops the lock', () => {
    const { w, vma, ptep, m, fault } = clean();
    const zap = function* (): Step<void> {
      yield* m.entries.xchg(ptep, PTE_ZERO, 'zap');
    };
    const { memory } = runAlone(w.cells.cells, () => intrudeAt(fault(), 0, zap));
    expect(w.entryIn(at(w, memory), ptep)).toBe(PTE_ZERO);
    expect(memory[vma.table.ptl]).toBe(0);
  });
});

describe('copy_user_highpage', () => {
  it.each([
    ['contents of the one to the other', 7, [7, 7]],
    ['nothing where the race follows no contents', undefined, [undefined, 7]],
  ])('copies %s', (_, to, expected) => {
    const w = new World(exchangeToy(), { block: 1 }, [1], []);
    linux(w);
    const from = linux(w).folio({ name: 'from', pages: 1, contents: [7] }).frames[0]!;
    const spec = to === undefined ? {} : { contents: [0] };
    const page = linux(w).folio({ name: 'to', pages: 1, ...spec }).frames[0]!;
    w.seal();
    const m = new Machine(w, 1, wordEntries(w));
    const { memory, steps } = runAlone(w.cells.cells, () => m.k.copyUserHighpage(page, from));
    expect(steps.map(({ result }) => result)).toEqual([to === undefined ? 0 : 7]);
    expect([page.data < 0 ? undefined : memory[page.data], memory[from.data]]).toEqual(expected);
  });
});

describe('do_swap_page', () => {
  /** A page of the swap cache, and an entry that keeps its place, exclusive or not; `refs` besides that of the cache. */
  function swapped(exclusive: boolean, refs: number) {
    const w = new World(flatToy, { block: 1 }, [1], []);
    linux(w);
    const vma = w.vma({ pages: 1 });
    const cache = w.word('in swap cache', 1);
    const folio = linux(w).folio({
      pages: 1,
      refcount: 1 + refs,
      mapcount: 0,
      frameFlags: PageFlag.ANON,
      backing: { cache, disk: [w.word('slot', 1)] },
    });
    const [page] = folio.frames;
    const ptep = ptepOf(vma, vma.start);
    const { swap } = w.arch;
    const m = new Machine(w, 1, wordEntries(w));
    const entry = swap.swpEntryToPte(m.k.pageSwapEntry(page!));
    const origPte = exclusive ? swap.pteSwpMkexclusive(entry) : entry;
    w.setInitial(ptep, origPte);
    w.seal();
    const { memory } = runAlone(w.cells.cells, () => m.k.doSwapPage({ vma, ptep, origPte, access: 'load' }));
    const pte = w.entryIn(at(w, memory), ptep);
    const v = w.arch.values;
    const own = ((memory[page!.cell] ?? 0) & PageFlag.EXCLUSIVE) !== 0;
    return { present: v.ptePresent(pte), write: v.pteWrite(pte), own, mapcount: memory[folio.mapcount] };
  }

  it('gives a page of the cache to the process alone if the entry says that it was, and only then', () => {
    expect(swapped(true, 1)).toEqual({ present: true, write: true, own: true, mapcount: 1 });
    expect(swapped(false, 1)).toEqual({ present: true, write: false, own: false, mapcount: 1 });
  });
});

describe('the reverse map', () => {
  it('knows an area once, however many pages of a folio are mapped there, and each place of it', () => {
    const w = new World(flatToy, { block: 1 }, [1], []);
    const { folio: make, mapFolio } = linux(w);
    const vma = w.vma({ pages: 4 });
    const folio = make({ pages: 2 });
    mapFolio(vma, folio, { pages: 1 });
    mapFolio(vma, folio, { from: 1, pages: 1, at: 1 });
    expect(folio.areas).toEqual([{ vma, start: vma.start }]);
    mapFolio(vma, folio, { at: 2 });
    expect(folio.areas).toEqual([
      { vma, start: vma.start },
      { vma, start: vma.start + 2 },
    ]);
  });
});

describe('folio_maybe_dma_pinned', () => {
  it.each([
    [1, false, '→ no'],
    [GUP_PIN_COUNTING_BIAS - 1, false, '→ no'],
    [GUP_PIN_COUNTING_BIAS, true, '→ yes'],
  ])('of %i references: %s, and its step says so', (refcount, pinned, says) => {
    const w = new World(flatToy, { block: 1 }, [1], []);
    const folio = linux(w).folio({ pages: 1, refcount });
    w.seal();
    const m = new Machine(w, 0, wordEntries(w));
    const { value, steps } = runAlone(w.cells.cells, () => m.k.folioMaybeDmaPinned(folio));
    const texts = steps.map(({ op, result }) => op.show?.({ result, before: [result], after: [result] }));
    expect([value, texts]).toEqual([pinned, [says]]);
  });
});
