import type { ArchPlugin, PteWord } from '@racewalk/core';

import { type FunctionTable, Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { linux } from '@racewalk/mm';
import { describe, expect, it } from 'vitest';
import { mapBlock } from '../src/block.js';
import { getAndClearFullStashNext, NO_WRAP } from '../src/ops/stash-next.js';
import { flat, toy } from './toy.js';

const v = toy.values;
const CLEAN = 0;
const ORDERS = permutations([0, 1, 2, 3]);

function permutations(items: number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((i) => permutations(items.filter((j) => j !== i)).map((rest) => [i, ...rest]));
}

/** A block of four whose entries have these flags: 1 young, 2 dirty. */
function world(flags: readonly number[], arch = toy) {
  const w = new World(arch, { block: 4 }, [], []);
  const s = mapBlock(w, { young: false });
  for (const [i, bits] of flags.entries()) {
    linux(w).mapFolio(s.vma, s.folio, {
      folded: true,
      at: i,
      from: i,
      pages: 1,
      young: (bits & 1) !== 0,
      dirty: (bits & 2) !== 0,
    });
  }
  w.seal();
  return { w, s };
}

/** Clear in this order; the flags each call reported. */
function clear(
  flags: readonly number[],
  order: readonly number[],
  { wrap = true, arch = toy }: { readonly wrap?: boolean; readonly arch?: ArchPlugin } = {},
): number[] {
  const { w, s } = world(flags, arch);
  if (!wrap) w.binder.replace(NO_WRAP as FunctionTable);
  const m = new Machine(w, 0, wordEntries(w));
  const { value, memory } = runAlone(w.cells.cells, function* () {
    const seen: PteWord[] = [];
    for (const i of order) {
      const ptep = s.entries[i]!;
      seen.push(
        wrap
          ? yield* getAndClearFullStashNext(m, s.vma.mm, 0, ptep)
          : yield* m.pte.ptepGetAndClearFull(s.vma.mm, 0, ptep, true),
      );
    }
    return seen;
  });
  expect(s.entries.every((ptep) => memory[ptep.cell] === 0)).toBe(true);
  return value.map((pte) => (v.pteYoung(pte) ? 1 : 0) + (v.pteDirty(pte) ? 2 : 0));
}

describe('getAndClearFullStashNext', () => {
  it('reports the flags of the whole block with every call, in every order', () => {
    for (const order of ORDERS) {
      for (let j = 0; j < 4; j++) {
        for (const bits of [1, 2, 3]) {
          const flags = [CLEAN, CLEAN, CLEAN, CLEAN].map((f, i) => (i === j ? bits : f));
          expect(clear(flags, order)).toEqual([bits, bits, bits, bits]);
        }
      }
    }
  });

  it('adds up what different entries know', () => {
    for (const order of ORDERS) expect(clear([1, 0, 0, 2], order)).toEqual([3, 3, 3, 3]);
  });

  it('leaves a block alone that nobody used', () => {
    expect(clear([0, 0, 0, 0], [2, 0, 3, 1])).toEqual([0, 0, 0, 0]);
  });

  it('forgets without wrap as soon as nothing above is valid', () => {
    expect(clear([0, 0, 0, 2], [3, 0, 1, 2], { wrap: false })).toEqual([2, 0, 0, 0]);
    expect(clear([2, 0, 0, 0], [0, 1, 2, 3], { wrap: false })).toEqual([2, 2, 2, 2]);
  });

  it('stashes in the next valid entry by one exchange that only adds', () => {
    const { w, s } = world([2, 1, 0, 0]);
    const m = new Machine(w, 0, wordEntries(w));
    const run = runAlone(w.cells.cells, () => getAndClearFullStashNext(m, s.vma.mm, 0, s.entries[0]!));
    const [, second, third] = s.entries.map((ptep) => run.memory[ptep.cell]);
    const before = w.cells.cells[s.entries[1]!.cell]?.initial ?? 0;
    expect(second).not.toBe(before);
    expect(third).toBe(w.cells.cells[s.entries[2]!.cell]?.initial);
    expect(v.pteDirty(run.value) && v.pteYoung(run.value)).toBe(true);
  });

  it('is a plain get-and-clear where there are no blocks', () => {
    expect(clear([2, 0, 1, 0], [0, 1, 2, 3], { arch: flat })).toEqual([2, 0, 1, 0]);
  });

  it('keeps frame and permissions of the entry it clears', () => {
    const { w, s } = world([0, 0, 2, 0]);
    const m = new Machine(w, 0, wordEntries(w));
    const run = runAlone(w.cells.cells, () => getAndClearFullStashNext(m, s.vma.mm, 0, s.entries[1]!));
    expect(v.ptePfn(run.value)).toBe(s.folio.frames[1]?.pfn);
    expect(v.pteWrite(run.value)).toBe(true);
  });
});
