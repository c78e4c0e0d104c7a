/** MADV_FREE: the contents may go, unless somebody stores again. (mm/madvise.c, Linux 6.12) */
import { addrOf, type Vma } from '@racewalk/core';
import { or, type Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { PageFlag } from '../page-flags.js';

/** Reclaim may drop the page as long as it is clean. @kernel folio_mark_lazyfree */
export function* folioMarkLazyfree(_m: Machine, page: Frame): Step<void> {
  yield* or(page.cell, PageFlag.LAZYFREE, { op: 'folio_mark_lazyfree', text: page.name });
}

/** Make the entries of an area old and clean; the caller flushes. @kernel madvise_free_pte_range */
export function* madviseFreePteRange(m: Machine, vma: Vma): Step<void> {
  const { mm } = vma;
  yield* m.pteOffsetMapLock(vma.table);
  yield* m.k.flushTlbBatchedPending(mm);
  for (const pte of vma.table.entries) {
    let ptent = yield* m.pte.ptepGet(pte);
    if (!m.v.ptePresent(ptent)) continue;
    const page = m.world.frames.at(m.v.ptePfn(ptent));
    if (page === undefined) continue;
    const addr = addrOf(pte.vpn);
    if (m.v.pteYoung(ptent) || m.v.pteDirty(ptent)) {
      ptent = yield* m.pte.ptepGetAndClearFull(mm, addr, pte, false);
      yield* m.pte.setPteAt(mm, addr, pte, m.v.pteMkclean(m.v.pteMkold(ptent)));
    }
    yield* m.k.folioMarkLazyfree(page);
  }
  yield* m.pteUnmapUnlock(vma.table);
}

/**
 * The system call for one area. A CPU that has a page cached as dirty stores without recording it, so what was made
 * clean is flushed before the call returns. @kernel madvise_free_single_vma
 */
export function* madviseFreeSingleVma(m: Machine, vma: Vma): Step<void> {
  yield* m.k.madviseFreePteRange(vma);
  yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
}

/** Functions that others call by name. */
export const MADVISE_FREE = { folioMarkLazyfree, madviseFreePteRange, madviseFreeSingleVma } as const;

type MadviseFreeFunctions = typeof MADVISE_FREE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MadviseFreeFunctions {}
}
