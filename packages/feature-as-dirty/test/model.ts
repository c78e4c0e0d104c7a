/** Areas, ranges and dirty pages drawn at random, and what a run over them should come to, by counting. */

import type { Vma } from '@racewalk/core';
import { FrameFlag, type MapSpec, World } from '@racewalk/machine';
import { linux, makeBitmap } from '@racewalk/mm';
import fc from 'fast-check';
import { AS_DIRTY_HELPERS } from '../src/ops/as-dirty-helpers.js';
import { filterVma } from '../src/ops/clip.js';
import { toy } from './toy.js';

/** Pages of the file. */
export const FILE_PAGES = 12;

/** One entry: whether it is writable and dirty. */
export interface EntryState {
  readonly write: boolean;
  readonly dirty: boolean;
}

/** One area. */
export interface AreaState {
  readonly pgoff: number;
  readonly entries: readonly EntryState[];
  readonly shared: boolean;
  readonly writable: boolean;
  readonly io: boolean;
  readonly hugetlb: boolean;
}

const mostly = (value: boolean) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: fc.constant(!value) });

/** Areas that may overlap, in any order. */
export const areas: fc.Arbitrary<AreaState[]> = fc.array(
  fc.record({
    pgoff: fc.nat(FILE_PAGES - 4),
    entries: fc.array(fc.record({ write: fc.boolean(), dirty: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    }),
    shared: mostly(true),
    writable: mostly(true),
    io: mostly(true),
    hugetlb: mostly(false),
  }),
  { maxLength: 4 },
);

/** A range of the file and where the bitmap begins, at or before it. */
export const range = fc
  .record({ first: fc.nat(FILE_PAGES - 1), nr: fc.nat(FILE_PAGES), before: fc.nat(FILE_PAGES) })
  .map(({ first, nr, before }) => ({ first, nr, bitmapPgoff: Math.max(0, first - before) }));

/** A world with these areas. */
export function worldOf(states: readonly AreaState[]) {
  const w = new World(toy, { block: 4 }, [1], []);
  linux(w);
  w.binder.add(AS_DIRTY_HELPERS);
  const mapping = w.addressSpace();
  const file = linux(w).folio({ pages: FILE_PAGES, frameFlags: FrameFlag.WRITTEN });
  const bitmap = makeBitmap(w, 'bitmap', 3 * FILE_PAGES);
  const vmas = states.map((state): Vma => {
    const { pgoff, entries, shared, writable, io, hugetlb } = state;
    const prot = { read: true, write: writable };
    const vma = w.vma({ pages: entries.length, pgoff, mapping, shared, prot, flags: { io, hugetlb } });
    entries.forEach((entry, at) => {
      const spec: MapSpec = { ...entry, at, from: pgoff + at, pages: 1 };
      linux(w).mapFolio(vma, file, spec);
    });
    return vma;
  });
  w.seal();
  return { w, mapping, bitmap, vmas };
}

/** Every page that a range concerns: of which area, which entry, at which page of the file. */
export function* concerned(states: readonly AreaState[], first: number, nr: number) {
  for (const [area, state] of states.entries()) {
    const filter = filterVma({ ...state, write: state.writable });
    if (filter !== 'apply') continue;
    for (const [index, entry] of state.entries.entries()) {
      const page = state.pgoff + index;
      if (page >= first && page < first + nr) yield { area, index, page, entry };
    }
  }
}
