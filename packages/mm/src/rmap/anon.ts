/**
 * Anonymous pages and their owners. A page is exclusive if only one address space maps it and may write to it
 * without copying; fork ends that. (include/linux/rmap.h, include/linux/page-flags.h)
 */

import type { Vma } from '@racewalk/core';
import { type AtomicBody, atomic, or, read, type Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { PageFlag } from '../page-flags.js';
import { addTo } from '../words.js';

const { EXCLUSIVE, ANON } = PageFlag;

/** Whether one address space maps the page exclusively. @kernel PageAnonExclusive */
export function* pageAnonExclusive(_m: Machine, frame: Frame): Step<boolean> {
  const show = (o: { readonly result: number }) => (o.result & EXCLUSIVE ? '→ yes' : '→ no');
  return ((yield* read(frame.cell, { op: 'PageAnonExclusive', text: frame.name }, show)) & EXCLUSIVE) !== 0;
}

/** @kernel SetPageAnonExclusive */
export function* setPageAnonExclusive(_m: Machine, frame: Frame): Step<void> {
  yield* or(frame.cell, EXCLUSIVE, { op: 'SetPageAnonExclusive', text: frame.name });
}

/** @kernel ClearPageAnonExclusive */
export function* clearPageAnonExclusive(_m: Machine, frame: Frame): Step<void> {
  const { cell } = frame;
  const run: AtomicBody = (mem, base) => {
    mem[base + cell] = (mem[base + cell] ?? 0) & ~EXCLUSIVE;
    return 0;
  };
  yield* atomic([cell], run, { op: 'ClearPageAnonExclusive', text: frame.name });
}

/**
 * A new folio gets its first mapping: anonymous and exclusive. A huge one is mapped once, as a whole, any other once a page.
 * @kernel folio_add_new_anon_rmap
 */
export function* folioAddNewAnonRmap(_m: Machine, folio: Folio): Step<void> {
  const op = 'folio_add_new_anon_rmap';
  for (const { cell, name } of folio.frames) yield* or(cell, ANON | EXCLUSIVE, { op, text: name });
  yield* addTo(folio.mapcount, folio.huge ? 1 : folio.frames.length, { op, text: folio.name });
}

/** Whether the child must get a copy at once, because a device may use the page. @kernel folio_needs_cow_for_dma */
export function* folioNeedsCowForDma(m: Machine, vma: Vma, folio: Folio): Step<boolean> {
  const pinned = yield* read(vma.mm.hasPinned, `MMF_HAS_PINNED ${vma.mm.name}`, (o) => `→ ${o.result}`);
  return pinned !== 0 && (yield* m.k.folioMaybeDmaPinned(folio));
}

/**
 * Fork: `nr` pages of the folio from `page` on get one more mapping each and are no longer exclusive. False
 * if one of them is exclusive and may be pinned: then nothing is changed, and the child needs a copy.
 *
 * Called between `rawWriteSeqcountBegin` and `…End`, or fork misses a pin that is taken without a lock.
 * @kernel folio_try_dup_anon_rmap_ptes
 */
export function* folioTryDupAnonRmapPtes(
  m: Machine,
  folio: Folio,
  page: Frame,
  nr: number,
  srcVma: Vma,
): Step<boolean> {
  const pages = pagesFrom(m, page, nr);
  if (yield* m.k.folioNeedsCowForDma(srcVma, folio)) {
    for (const frame of pages) if (yield* m.k.pageAnonExclusive(frame)) return false;
  }
  // Of a page that was not exclusive this changes nothing.
  for (const frame of pages) yield* m.k.clearPageAnonExclusive(frame);
  yield* m.k.folioAddRmap(folio, nr);
  return true;
}

/**
 * Before an entry of an exclusive page goes for good: the page is no longer exclusive. False, and nothing is changed, if
 * it may be pinned. The entry is empty by now, or a pin taken without a lock could come after the check.
 * @kernel folio_try_share_anon_rmap_pte
 */
export function* folioTryShareAnonRmapPte(m: Machine, folio: Folio, page: Frame): Step<boolean> {
  if (yield* m.k.folioMaybeDmaPinned(folio)) return false;
  yield* m.k.clearPageAnonExclusive(page);
  return true;
}

/** `nr` pages in a row: by frame number, whatever folio they belong to. */
export function pagesFrom(m: Machine, page: Frame, nr: number): readonly Frame[] {
  return Array.from({ length: nr }, (_, i) => m.world.frames.at(page.pfn + i) ?? page);
}

/** Functions that others call by name. */
export const ANON_RMAP = {
  pageAnonExclusive,
  setPageAnonExclusive,
  clearPageAnonExclusive,
  folioAddNewAnonRmap,
  folioNeedsCowForDma,
  folioTryDupAnonRmapPtes,
  folioTryShareAnonRmapPte,
} as const;

type AnonFunctions = typeof ANON_RMAP;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends AnonFunctions {}
}
