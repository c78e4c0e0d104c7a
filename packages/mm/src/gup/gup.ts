/** Holding a page under the mmap lock, where the lockless walk gives up. (mm/gup.c, Linux 6.12) */
import { type Ptep, type PteWord, ptepOf, type Vma, type Vpn } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { FOLL_FORCE, FOLL_LONGTERM, FOLL_PIN, FOLL_TOUCH, FOLL_WRITE } from './flags.js';

/**
 * Whether a write may go to the page of an entry that is not writable: only a forced one, and only where the page is a copy that
 * the process has for itself. That a copy was made some time ago proves nothing: it may have been thrown away since.
 * @kernel can_follow_write_pte
 */
export function* canFollowWritePte(m: Machine, pte: PteWord, page: Frame, flags: number): Step<boolean> {
  if (m.v.pteWrite(pte)) return true;
  if ((flags & FOLL_FORCE) === 0) return false;
  return yield* m.k.pageAnonExclusive(page);
}

/** Take the page an entry maps, if the entry permits that; else null. @kernel follow_page_pte */
export function* followPagePte(m: Machine, ptep: Ptep, flags: number): Step<Frame | null> {
  const { v } = m;
  const write = (flags & FOLL_WRITE) !== 0;
  yield* m.pteOffsetMapLock(ptep.table);
  const pte = yield* m.pte.ptepGet(ptep);
  let page = m.k.vmNormalPage(pte);
  if (page !== null && write && !(yield* m.k.canFollowWritePte(pte, page, flags))) page = null;
  if (page !== null && !v.pteWrite(pte) && (yield* m.k.gupMustUnshare(null, flags, page))) page = null;
  if (page !== null) yield* m.k.tryGrabFolio(page.folio, 1, flags);
  if (page !== null && (flags & FOLL_TOUCH) !== 0) {
    if (write && !v.pteDirty(pte)) yield* m.k.setPageDirty(page);
    yield* m.k.markPageAccessed(page);
  }
  yield* m.pteUnmapUnlock(ptep.table);
  return page;
}

/**
 * Walk, and handle the fault an access would take, until the page is present; null if the access is not
 * allowed. @kernel __get_user_pages
 */
export function* __getUserPages(m: Machine, vma: Vma, vpn: Vpn, flags: number): Step<Frame | null> {
  if (!m.k.checkVmaFlags(vma, flags)) return null;
  for (;;) {
    const page = yield* m.k.followPageMask(vma, vpn, flags);
    if (page !== null) return page;
    if (!(yield* m.k.faultinPage(vma, vpn, flags))) return null;
  }
}

/**
 * Whether such a hold is granted at all. A page of a file must not be held for writing for an indefinite time: writeback makes it
 * clean meanwhile, and the filesystem does not learn that it is written. @kernel check_vma_flags,
 * writable_file_mapping_allowed
 */
export function checkVmaFlags(_m: Machine, vma: Vma, flags: number): boolean {
  const forGood = FOLL_PIN | FOLL_LONGTERM | FOLL_WRITE;
  return (flags & forGood) !== forGood || vma.mapping === null || !vma.shared;
}

/** The page at an address, held, whatever maps it; null where a fault must come first. @kernel follow_page_mask */
export function* followPageMask(m: Machine, vma: Vma, vpn: Vpn, flags: number): Step<Frame | null> {
  const slot = m.world.pmds.of(vma.table);
  if (slot?.follows !== true) return yield* m.k.followPagePte(ptepOf(vma, vpn), flags);
  const pmd = yield* m.pmd.pmdpGetLockless(slot.pmdp);
  if (m.p.pmdTransHuge(pmd)) return yield* m.k.followHugePmd(vma, slot.pmdp, vpn, flags);
  const ptep = m.k.pmdPgtable(pmd)?.table.entries[vpn - vma.start];
  return ptep === undefined ? null : yield* m.k.followPagePte(ptep, flags);
}

/** The fault that an access would take; false if the access is not allowed. @kernel faultin_page */
export function* faultinPage(m: Machine, vma: Vma, vpn: Vpn, flags: number): Step<boolean> {
  const ptep = ptepOf(vma, vpn);
  const access = (flags & FOLL_WRITE) !== 0 ? 'store' : 'load';
  const follows = m.world.pmds.of(vma.table)?.follows === true;
  if (follows) return (yield* m.k.handleMmFault(vma, ptep, access)) >= 0;
  return (yield* m.k.handlePteFault({ vma, ptep, access })) >= 0;
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
export const GUP = {
  canFollowWritePte,
  checkVmaFlags,
  followPagePte,
  followPageMask,
  faultinPage,
  __getUserPages,
  pinUserPagesUnlocked,
  pinUserPagesFast,
} as const;

type GupFunctions = typeof GUP;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends GupFunctions {}
}
