import { addrOf, PTE_ZERO, ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { mmuNotifierRangeInit } from './areas.js';
import { deviceExclusiveEntry, pfnSwapEntryToPage, vmNormalPage } from './entries.js';
import { putPage } from './page-lock.js';
import { addMmCounter } from './rss.js';
import type { Place } from './try-to-protect.js';

/**
 * Empty one entry; answers the page whose reference the entry had. A device-exclusive entry has a reference
 * like a mapping, and is not in the reverse map. @kernel zap_pte_range
 */
export function* zapPteRange(m: Machine, { vma, address }: Place): Step<Frame | null> {
  const ptep = ptepOf(vma, address);
  const addr = addrOf(address);
  yield* m.pteOffsetMapLock(ptep.table);
  const pte = yield* m.pte.ptepGet(ptep);
  const page = vmNormalPage(m, pte);
  const entry = deviceExclusiveEntry(m, pte);
  if (page !== null) {
    // What becomes of an anonymous page that is thrown away nobody wants to know.
    yield* m.pte.ptepClearFlush(vma, addr, ptep);
    yield* m.k.folioRemoveRmapPte(page);
  } else if (pte !== PTE_ZERO) {
    yield* m.pte.clearNotPresentFullPtes(vma.mm, addr, ptep, 1, false);
  }
  if (page !== null || entry !== null) yield* addMmCounter(m, vma.mm, -1);
  yield* m.pteUnmapUnlock(ptep.table);
  return page ?? (entry === null ? null : pfnSwapEntryToPage(m, entry));
}

/** When secondary MMUs are told; anything but `before` is for mutants. */
export type ZapNotify = 'before' | 'after' | 'never';

/** Throw one page away: tell secondary MMUs, empty the entry, drop its reference. @kernel zap_page_range_single */
export function* zapPageRangeSingle(m: Machine, place: Place, notify: ZapNotify = 'before'): Step<void> {
  const { vma, address } = place;
  const range = mmuNotifierRangeInit('clear', vma, address);
  if (notify === 'before') yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  const page = yield* zapPteRange(m, place);
  if (page !== null) yield* putPage(m, page);
  if (notify === 'after') yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  if (notify !== 'never') yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
}
