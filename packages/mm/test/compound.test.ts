/** A folio whose pages leave it: who gets a reference to what, before, while and after it is split. */
import { initialMemory, Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { exchangeToy } from '@racewalk/toys';
import { expect, it } from 'vitest';
import { compoundPages, linux } from '../src/index.js';

function world(refcount: number) {
  const w = new World(exchangeToy(), { block: 1 }, [0], ['UAF']);
  const folio = linux(w).folio({ pages: 2, refcount, mapcount: 0 });
  compoundPages(w, folio);
  w.seal();
  const m = new Machine(w, 0, wordEntries(w));
  const memory = initialMemory(w.cells.cells);
  const run = <T>(body: () => Generator<undefined, T, number>) => {
    const ended = runAlone(w.cells.cells, body, { memory });
    memory.set(ended.memory);
    return ended;
  };
  const [head, tail] = folio.frames;
  if (head === undefined || tail?.compound === undefined) throw new Error('a folio of two pages');
  return { m, folio, head, tail, own: tail.compound.own, memory, run };
}

it('a tail page belongs to its folio until that is split, and to itself then', () => {
  const { m, folio, head, tail, own, run } = world(1);
  expect(run(() => m.k.pageFolio(tail)).value).toBe(folio);
  expect(run(() => m.k.splitHugePage(folio)).value).toBe(true);
  expect(run(() => m.k.pageFolio(tail)).value).toBe(own);
  const asked = run(() => m.k.pageFolio(head));
  expect([asked.value, asked.steps.length]).toEqual([folio, 0]);
});

it('a folio that somebody has is not split', () => {
  const { m, folio, tail, memory, run } = world(2);
  expect(run(() => m.k.splitHugePage(folio)).value).toBe(false);
  expect(memory[folio.refcount]).toBe(2);
  expect(run(() => m.k.pageFolio(tail)).value).toBe(folio);
});

it('nobody gets a reference while it is frozen', () => {
  const { m, folio, tail, run } = world(1);
  expect(run(() => m.k.folioRefFreeze(folio, 1)).value).toBe(true);
  expect(run(() => m.k.tryGetFolio(tail)).value).toBe(null);
});

it('a reference that was taken by the old head is given back', () => {
  const { m, folio, tail, own, memory, run } = world(1);
  const walker = m.k.tryGetFolio(tail);
  let splits = true;
  const { value } = run(function* () {
    let next = walker.next(0);
    while (next.done !== true) {
      const got: number = yield;
      // The head has been read: now the folio is split.
      if (splits) {
        splits = false;
        yield* m.k.splitHugePage(folio);
      }
      next = walker.next(got);
    }
    return next.value;
  });
  expect(value).toBe(own);
  expect([memory[folio.refcount], memory[own.refcount]]).toEqual([1, 2]);
});

it('the last reference to a page that has left frees that page alone', () => {
  const { m, folio, head, tail, memory, run } = world(1);
  run(() => m.k.splitHugePage(folio));
  run(() => m.k.folioPut(tail));
  const freed = (cell: number) => ((memory[cell] ?? 0) & 4) !== 0;
  expect([freed(head.cell), freed(tail.cell)]).toEqual([false, true]);
  run(() => m.k.folioPut(head));
  expect(freed(head.cell)).toBe(true);
});
