/** Batches of a lazily freed folio are unmapped only where an entry maps that folio. */
import { PTE_ZERO, type PteWord } from '@racewalk/core';
import { Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { linux } from '@racewalk/mm';
import { exchangeToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

const arch = exchangeToy();
const { values: v, swap } = arch;

function area(first: (pte: PteWord) => PteWord) {
  const w = new World(arch, { block: 1 }, [1], []);
  const { folio: make, mapFolio } = linux(w);
  const vma = w.vma({ pages: 2 });
  const folio = make({ pages: 1, refcount: 2, swapbacked: false });
  const other = make({ name: 'other', pages: 1, refcount: 2, swapbacked: false });
  mapFolio(vma, folio, {});
  mapFolio(vma, other, { at: 1 });
  const [ptep] = vma.table.entries;
  const entry = (memory: (cell: number) => number) => w.entryIn(memory, ptep!);
  w.setInitial(ptep!, first(entry((cell) => w.cells.cells[cell]?.initial ?? 0)));
  w.seal();
  const m = new Machine(w, 0, wordEntries(w));
  const unmap = (of: typeof folio) => {
    const { value, memory } = runAlone(w.cells.cells, () => m.k.tryToUnmapLazyfreeBatch(of, vma, ptep!));
    return { value, left: entry((cell) => memory[cell] ?? 0), refs: memory[of.refcount] };
  };
  return { folio, other, unmap, start: entry((cell) => w.cells.cells[cell]?.initial ?? 0) };
}

describe('try_to_unmap_one, of a batch', () => {
  it('unmaps what maps the folio', () => {
    const { folio, unmap } = area((pte) => pte);
    expect(unmap(folio)).toEqual({ value: 1, left: PTE_ZERO, refs: 1 });
  });

  it.each<[string, (pte: PteWord) => PteWord]>([
    ['a page of another folio', (pte) => pte],
    ['nothing', () => PTE_ZERO],
    ['a swap entry', () => swap.swpEntryToPte({ type: 1, offset: 7 })],
  ])('leaves an entry alone that maps %s', (_, first) => {
    const { other, unmap, start } = area(first);
    expect(unmap(other)).toMatchObject({ value: 0, left: start });
    expect(v.ptePresent(start) || start === PTE_ZERO || swap.isSwapPte(start)).toBe(true);
  });
});
