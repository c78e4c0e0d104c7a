/** What the tests start from: one folio behind one naturally aligned run of entries. */
import { addrOf, PAGE_SIZE, type Ptep, type Vaddr } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { frameBehind, type MappedBlock, mapFolded, pagesIn } from '@racewalk/mm';

/** An area, the folio it maps, and its entries. */
export type Mapping = MappedBlock;

export { frameBehind as frameAt, mapFolded as foldedMapping, pagesIn };

/** Address of entry `i`. */
export const addrAt = (s: Mapping, i: number): number => addrOf(entryAt(s, i).vpn);

/** Byte range of `nr` pages from page `i`: all of them by default, `end` exclusive. */
export function rangeOf(s: Mapping, i = 0, nr = s.entries.length - i): { start: Vaddr; end: Vaddr } {
  const start = addrAt(s, i);
  return { start, end: start + nr * PAGE_SIZE };
}

/** Entry `i`, counted from the first of the block. */
export function entryAt(s: Mapping, i: number): Ptep {
  const ptep = s.entries[i];
  if (ptep === undefined) throw new RangeError(`${s.vma.table.name} has no entry ${i}`);
  return ptep;
}

/** Do something under the page-table lock. */
export function* locked<T>(m: Machine, s: Mapping, body: () => Step<T>): Step<T> {
  yield* m.pteOffsetMapLock(s.vma.table);
  const result = yield* body();
  yield* m.pteUnmapUnlock(s.vma.table);
  return result;
}
