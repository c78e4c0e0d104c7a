/** Huge pages that are written to, and held. (mm/huge_memory.c, Linux 6.12) */
import { addrOf, type Ptep, type PteWord, type Vma, type Vpn } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { FOLL_FORCE, FOLL_TOUCH, FOLL_WRITE } from '../gup/flags.js';
import { VM_FAULT_SIGSEGV } from '../memory/vm-fault.js';
import { hugePageNotUsed } from './anonymous.js';

/**
 * A store to a huge page that is read-only: reuse it, give the process a new one in place of the zero page, or split the
 * mapping, so that a small page is copied. @kernel do_huge_pmd_wp_page
 */
export function* doHugePmdWpPage(m: Machine, vma: Vma, pmdp: Ptep, orig: PteWord): Step<number> {
  const page = m.k.pmdPage(orig);
  if (page === undefined) return VM_FAULT_SIGSEGV;
  if (m.k.isHugeZeroFolio(page.folio)) return yield* m.k.doHugeZeroWpPmd(vma, pmdp, orig);
  yield* m.k.pmdLock(pmdp);
  if (!m.p.pmdSame(yield* m.pmd.pmdpGet(pmdp), orig)) {
    yield* m.unlock(pmdp.table.ptl);
    return 0;
  }
  const mine = (yield* m.k.pageAnonExclusive(page)) || (yield* m.k.folioRefCount(page.folio)) === 1;
  if (mine) {
    const entry = m.p.pmdMkdirty(m.p.pmdMkyoung(orig));
    const wanted = vma.prot.write ? m.p.pmdMkwrite(entry) : entry;
    yield* m.pmd.pmdpSetAccessFlags(vma, addrOf(vma.start), pmdp, wanted, true);
  }
  yield* m.unlock(pmdp.table.ptl);
  if (!mine) yield* m.k.__splitHugePmd(vma, pmdp);
  return 0;
}

/** A page of its own takes the place of the zero page. @kernel do_huge_zero_wp_pmd */
export function* doHugeZeroWpPmd(m: Machine, vma: Vma, pmdp: Ptep, orig: PteWord): Step<number> {
  const folio = m.k.vmaAllocAnonFolioPmd();
  const page = folio?.frames[0];
  if (folio === null || page === undefined) return VM_FAULT_SIGSEGV;
  yield* m.k.pmdLock(pmdp);
  if (m.p.pmdSame(yield* m.pmd.pmdpGet(pmdp), orig)) {
    yield* m.pmd.pmdpHugeClearFlush(vma, addrOf(vma.start), pmdp);
    yield* m.k.folioAddNewAnonRmap(folio);
    yield* m.pmd.setPmdAt(vma.mm, addrOf(vma.start), pmdp, m.k.mkHugePmd(page, vma));
    yield* m.k.updateMmuCache(vma, addrOf(vma.start));
  } else {
    hugePageNotUsed(m, folio);
  }
  yield* m.unlock(pmdp.table.ptl);
  return 0;
}

/** See `canFollowWritePte`. @kernel can_follow_write_pmd */
export function* canFollowWritePmd(m: Machine, pmd: PteWord, page: Frame, flags: number): Step<boolean> {
  if (m.p.pmdWrite(pmd)) return true;
  if ((flags & FOLL_FORCE) === 0) return false;
  return yield* m.k.pageAnonExclusive(page);
}

/** Note an access in the entry: that it was written only if it is about to be. @kernel touch_pmd */
export function* touchPmd(m: Machine, vma: Vma, pmdp: Ptep, pmd: PteWord, write: boolean): Step<void> {
  const young = m.p.pmdMkyoung(pmd);
  const entry = write ? m.p.pmdMkdirty(young) : young;
  yield* m.pmd.pmdpSetAccessFlags(vma, addrOf(vma.start), pmdp, entry, write);
}

/** The page of a huge mapping at an address, held; null if it may not be, or has changed. @kernel follow_huge_pmd */
export function* followHugePmd(
  m: Machine,
  vma: Vma,
  pmdp: Ptep,
  vpn: Vpn,
  flags: number,
): Step<Frame | null> {
  const write = (flags & FOLL_WRITE) !== 0;
  yield* m.k.pmdLock(pmdp);
  const pmd = yield* m.pmd.pmdpGet(pmdp);
  const page = m.k.pmdPage(pmd);
  const found = page?.run.frames[vpn - vma.start];
  let held: Frame | null = null;
  if (page !== undefined && found !== undefined) {
    if (!write || (yield* m.k.canFollowWritePmd(pmd, page, flags))) held = found;
    if (held !== null && !m.p.pmdWrite(pmd) && (yield* m.k.gupMustUnshare(null, flags, held))) held = null;
  }
  if (held !== null) {
    if ((flags & FOLL_TOUCH) !== 0) yield* m.k.touchPmd(vma, pmdp, pmd, write);
    yield* m.k.tryGrabFolio(held.folio, 1, flags);
  }
  yield* m.unlock(pmdp.table.ptl);
  return held;
}

/** Functions that others call by name. */
export const HUGE_WP = {
  doHugePmdWpPage,
  doHugeZeroWpPmd,
  canFollowWritePmd,
  touchPmd,
  followHugePmd,
} as const;

type HugeWpFunctions = typeof HUGE_WP;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends HugeWpFunctions {}
}
