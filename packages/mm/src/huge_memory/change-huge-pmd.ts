/** The protection of a huge page changes. (mm/huge_memory.c, Linux 6.12) */
import { addrOf, type Prot, type Ptep, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/**
 * Change the protection of one huge page; false if none is mapped there. The entry is never empty meanwhile: whoever looks
 * without the lock (MADV_DONTNEED) must not conclude that there is nothing. The caller flushes. @kernel change_huge_pmd
 */
export function* changeHugePmd(m: Machine, vma: Vma, pmdp: Ptep, newprot: Prot): Step<boolean> {
  const addr = addrOf(vma.start);
  yield* m.k.pmdLock(pmdp);
  const there = m.p.pmdTransHuge(yield* m.pmd.pmdpGet(pmdp));
  if (there) {
    const old = yield* m.pmd.pmdpInvalidateAd(vma, addr, pmdp);
    yield* m.pmd.setPmdAt(vma.mm, addr, pmdp, m.p.pmdModify(old, m.v.mkProt(newprot)));
  }
  yield* m.unlock(pmdp.table.ptl);
  return there;
}

/** Functions that others call by name. */
export const CHANGE_HUGE_PMD = { changeHugePmd } as const;

type ChangeHugePmdFunctions = typeof CHANGE_HUGE_PMD;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends ChangeHugePmdFunctions {}
}
