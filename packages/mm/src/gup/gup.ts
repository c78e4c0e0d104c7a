/** Holding a page under the mmap lock, where the lockless walk gives up. (mm/gup.c, Linux 6.12) */
import { type Ptep, ptepOf, type Vma, type Vpn } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { FOLL_PIN, FOLL_WRITE } from './flags.js';

/** Take the page an entry maps, if the entry permits that; else null. @kernel follow_page_pte */
export function* followPagePte(m: Machine, ptep: Ptep, flags: number): Step<Frame | null> {
  const { v } = m;
  yield* m.pteOffsetMapLock(ptep.table);
  const pte = yield* m.pte.ptepGet(ptep);
  let page = v.ptePresent(pte) ? (m.world.frames.at(v.ptePfn(pte)) ?? null) : null;
  if ((flags & FOLL_WRITE) !== 0 && !v.pteWrite(pte)) page = null;
  if (page !== null && !v.pteWrite(pte) && (yield* m.k.gupMustUnshare(null, flags, page))) page = null;
  if (page !== null) yield* m.k.tryGrabFolio(page.folio, 1, flags);
  yield* m.pteUnmapUnlock(ptep.table);
  return page;
}

/**
 * Walk, and handle the fault an access would take, until the page is present; null if the access is not
 * allowed. @kernel __get_user_pages
 */
export function* __getUserPages(m: Machine, vma: Vma, vpn: Vpn, flags: number): Step<Frame | null> {
  const ptep = ptepOf(vma, vpn);
  const access = (flags & FOLL_WRITE) !== 0 ? 'store' : 'load';
  for (;;) {
    const page = yield* m.k.followPagePte(ptep, flags);
    if (page !== null) return page;
    if ((yield* m.k.handlePteFault({ vma, ptep, access })) < 0) return null;
  }
}

/** Pin a page under the mmap lock: fork is not under way. @kernel pin_user_pages_unlocked */
export function* pinUserPagesUnlocked(m: Machine, vma: Vma, vpn: Vpn, flags: number): Step<Frame | null> {
  yield* m.k.mmSetHasPinnedFlag(vma.mm);
  yield* m.k.downRead(vma.mm.mmapLock);
  const page = yield* m.k.__getUserPages(vma, vpn, flags | FOLL_PIN);
  yield* m.k.upRead(vma.mm.mmapLock);
  return page;
}

/** Pin a page: without a lock if nothing interferes, else under the mmap lock. @kernel pin_user_pages_fast */
export function* pinUserPagesFast(m: Machine, vma: Vma, vpn: Vpn, flags: number): Step<Frame | null> {
  yield* m.k.mmSetHasPinnedFlag(vma.mm);
  const page = yield* m.k.gupFast(vma, vpn, flags | FOLL_PIN);
  return page ?? (yield* m.k.pinUserPagesUnlocked(vma, vpn, flags));
}

/** Functions that others call by name. */
export const GUP = { followPagePte, __getUserPages, pinUserPagesUnlocked, pinUserPagesFast } as const;

type GupFunctions = typeof GUP;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends GupFunctions {}
}
