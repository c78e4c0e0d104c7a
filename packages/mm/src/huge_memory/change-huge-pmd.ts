/** The protection of a huge page changes. (mm/huge_memory.c, Linux 6.12) */
import { addrOf, type Prot, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/** See `canChangePteWritable`. @kernel can_change_pmd_writable */
export function* canChangePmdWritable(m: Machine, vma: Vma, pmd: PteWord): Step<boolean> {
  if (m.p.pmdProtnone(pmd)) return false;
  if (vma.shared) return m.p.pmdDirty(pmd);
  const page = m.k.pmdPage(pmd);
  return page !== undefined && (yield* m.k.pageAnonExclusive(page));
}

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
    let entry = m.p.pmdModify(old, m.v.mkProt({ ...newprot, write: false }));
    if (newprot.write && (yield* m.k.canChangePmdWritable(vma, entry))) entry = m.p.pmdMkwrite(entry);
    yield* m.pmd.setPmdAt(vma.mm, addr, pmdp, entry);
  }
  yield* m.unlock(pmdp.table.ptl);
  return there;
}

/** Functions that others call by name. */
export const CHANGE_HUGE_PMD = { canChangePmdWritable, changeHugePmd } as const;

type ChangeHugePmdFunctions = typeof CHANGE_HUGE_PMD;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends ChangeHugePmdFunctions {}
}
