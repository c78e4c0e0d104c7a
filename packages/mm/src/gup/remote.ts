/** Finding a page by its address, and faulting it in if need be. (mm/gup.c, Linux 5.14) */
import { type PteWord, ptepOf, type Vma, type Vpn } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { takeBack } from '../memory/device-exclusive.js';
import { deviceExclusiveEntry } from '../swapops.js';

/**
 * False if the fault does not help. What is empty stays empty: a race that has a page for it says so by a body of
 * its own. @kernel faultin_page
 */
export function* faultinPage(m: Machine, vma: Vma, address: Vpn, pte: PteWord): Step<boolean> {
  if (deviceExclusiveEntry(m, pte) === null) return false;
  yield* takeBack(m, vma, ptepOf(vma, address));
  return true;
}

/**
 * The page behind an address, writable, with a reference; null if there is none. A page that another device has for
 * itself is taken from it. The caller is about to store, through its own translation: so a page whose entry is
 * clean is marked dirty here (FOLL_TOUCH with FOLL_WRITE in `follow_page_pte`). @kernel get_user_pages_remote
 */
export function* getUserPagesRemote(m: Machine, vma: Vma, address: Vpn): Step<Frame | null> {
  const ptep = ptepOf(vma, address);
  for (;;) {
    yield* m.pteOffsetMapLock(ptep.table);
    const pte = yield* m.pte.ptepGet(ptep);
    const page = m.k.vmNormalPage(pte);
    const found = page !== null && m.v.pteWrite(pte);
    if (found) {
      yield* m.k.getPage(page);
      if (!m.v.pteDirty(pte)) yield* m.k.setPageDirty(page);
      yield* m.k.markPageAccessed(page);
    }
    yield* m.pteUnmapUnlock(ptep.table);
    if (found) return page;
    if (!(yield* m.k.faultinPage(vma, address, pte))) return null;
  }
}

/** The page a present entry maps, or null. @kernel vm_normal_page */
export function vmNormalPage(m: Machine, pte: PteWord): Frame | null {
  return m.v.ptePresent(pte) ? (m.world.frames.at(m.v.ptePfn(pte)) ?? null) : null;
}

/** Fault a page in that a device may have. @kernel fixup_user_fault */
export function* fixupUserFault(m: Machine, vma: Vma, address: Vpn): Step<void> {
  yield* takeBack(m, vma, ptepOf(vma, address));
}

/** Functions that others call by name. */
export const GUP_REMOTE = { faultinPage, getUserPagesRemote, vmNormalPage, fixupUserFault } as const;

type GupRemoteFunctions = typeof GUP_REMOTE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends GupRemoteFunctions {}
}
