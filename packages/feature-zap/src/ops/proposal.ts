/** The proposal of October 2022, which was not merged: MADV_DONTNEED flushes before the page-table lock is dropped. */
import type { Patch } from '@racewalk/machine';

/** Flush under the lock whatever the pages are. (in `zap_flags`; proposed, never merged) */
export const ZAP_FLAG_FORCE_FLUSH = 4;

/** The two functions that the proposal changes. */
export const FORCE_FLUSH: Patch = {
  *zapPresentFolioPtes(m, tlb, vma, folio, page, ptep, ptent, nr, details, zap) {
    yield* m.k.zapPresentFolioPtes(tlb, vma, folio, page, ptep, ptent, nr, details, zap);
    if (((details?.zapFlags ?? 0) & ZAP_FLAG_FORCE_FLUSH) !== 0) zap.forceFlush = true;
  },
  *madviseDontneedSingleVma(m, vma, start, end) {
    const details = { evenCows: true, zapFlags: ZAP_FLAG_FORCE_FLUSH };
    yield* m.k.zapPageRangeSingle(vma, start, end - start, details);
  },
};

/** MADV_DONTNEED without the flag, as in Linux: the flush comes when the lock is free. */
export const MAINLINE: Patch = {
  *madviseDontneedSingleVma(m, vma, start, end) {
    yield* m.k.madviseDontneedSingleVma(vma, start, end);
  },
};
