import { addrOf, PAGE_SIZE } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { Copied } from '@racewalk/mm';
import { type CopyPlace, copyPresentPte } from './copy-present-pte.js';

/** Copies one page's entry; false if the fork fails. */
export type CopyPte = (m: Machine, place: CopyPlace) => Step<boolean>;

/**
 * Copy one entry, in the form that was merged: if the page is busy, the fork fails and user space may try
 * again. @kernel copy_pte_range (5.14)
 */
export const copyPteRange: CopyPte = function* (m, place) {
  const { srcPte, dstPte } = place;
  yield* m.pteOffsetMapLock(dstPte.table);
  yield* m.pteOffsetMapLock(srcPte.table);
  let pte = yield* m.pte.ptepGet(srcPte);
  let ret: Copied = 0;
  if (!m.v.pteNone(pte) && !m.v.ptePresent(pte))
    ret = yield* m.k.copyNonpresentPte(place.dstVma, place.srcVma, dstPte, srcPte, pte);
  if (ret === 'ENOENT') pte = yield* m.pte.ptepGet(srcPte);
  if (ret !== 'EBUSY' && m.v.ptePresent(pte)) yield* copyPresentPte(m, place, pte);
  yield* m.pteUnmapUnlock(srcPte.table);
  yield* m.pteUnmapUnlock(dstPte.table);
  return ret !== 'EBUSY';
};

/** Copies one page from parent to child; false if the fork failed. */
export type CopyPage = (m: Machine, place: CopyPlace, copyPte: CopyPte) => Step<boolean>;

/**
 * Copy one page from parent to child, inside the bracket that fork makes for memory that is copied on
 * write. False if the fork failed. @kernel copy_page_range (5.14, of one page)
 */
export const copyPageRange: CopyPage = function* (m, place, copyPte) {
  const { srcVma, srcPte } = place;
  // Memory that is not copied on write keeps its permissions: then nobody is told.
  const bracket = m.k.isCowMapping(srcVma);
  const range = { event: 'protection-page', mm: srcVma.mm, start: srcPte.vpn, end: srcPte.vpn + 1 } as const;
  if (bracket) yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  const copied = yield* copyPte(m, place);
  // The parent lost write permission; fork flushes once, at its end.
  if (copied) yield* m.tlb.flushTlbRange(srcVma, addrOf(srcPte.vpn), addrOf(srcPte.vpn) + PAGE_SIZE);
  if (bracket) yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  return copied;
};
