/** What the tests start from: one folio behind one naturally aligned run of entries. */
import {
  addrOf,
  type Folio,
  type Frame,
  type Machine,
  type MapSpec,
  PAGE_SIZE,
  type Ptep,
  type Step,
  type Vaddr,
  type Vma,
  type World,
} from '@racewalk/core';

/** An area, the folio it maps, and its entries. */
export interface Mapping {
  readonly vma: Vma;
  readonly folio: Folio;
  /** One entry a page, from low to high. */
  readonly entries: readonly Ptep[];
}

/** Pages in the block: the parameter `block`, whether or not the architecture folds. */
export function pagesIn(w: World): number {
  const { block } = w.params;
  return typeof block === 'number' ? block : 4;
}

/** Map a folio, folded where the architecture folds; writable, clean, old unless `spec` says otherwise. */
export function foldedMapping(w: World, spec: MapSpec = {}): Mapping {
  const pages = pagesIn(w);
  const vma = w.vma({ pages });
  const folio = w.folio({ pages });
  w.mapFolio(vma, folio, { folded: true, ...spec });
  return { vma, folio, entries: vma.table.entries };
}

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

/** The frame entry `i` maps. */
export function frameAt(s: Mapping, i: number): Frame {
  const frame = s.folio.frames[i];
  if (frame === undefined) throw new RangeError(`${s.folio.name} has no page ${i}`);
  return frame;
}

/** Do something under the page-table lock. */
export function* locked<T>(m: Machine, s: Mapping, body: () => Step<T>): Step<T> {
  yield* m.pteOffsetMapLock(s.vma.table);
  const result = yield* body();
  yield* m.pteUnmapUnlock(s.vma.table);
  return result;
}
