/** Pages of another address space. (mm/gup.c, Linux 6.12) */
import { ptepOf, type Vma, type Vpn } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { FOLL_TOUCH } from './flags.js';

/**
 * The page behind an address, held; null if the access is not allowed. The caller will use it by a translation of its own, so
 * the access is noted on the page. The mmap lock is the caller's. @kernel get_user_pages_remote
 */
export function* getUserPagesRemote(m: Machine, vma: Vma, vpn: Vpn, flags: number): Step<Frame | null> {
  return yield* m.k.__getUserPages(vma, vpn, flags | FOLL_TOUCH);
}

/** The fault that a load of the page would take; false if it is not allowed. The mmap lock is held. @kernel fixup_user_fault */
export function* fixupUserFault(m: Machine, vma: Vma, address: Vpn): Step<boolean> {
  return (yield* m.k.handleMmFault(vma, ptepOf(vma, address), 'load')) >= 0;
}

/** Functions that others call by name. */
export const GUP_REMOTE = { getUserPagesRemote, fixupUserFault } as const;

type GupRemoteFunctions = typeof GUP_REMOTE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends GupRemoteFunctions {}
}
