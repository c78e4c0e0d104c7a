/** A whole table moves to another address: one entry of the level above changes place. (mm/mremap.c, Linux 6.12) */
import { addrOf, type Ptep, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/**
 * Move the table below `oldPmd` to `newPmd`, which is empty. False if there is no table there: the lock of the reverse map
 * is not held, so it may have been retracted since the caller looked. The mmap lock is held for writing.
 * @kernel move_normal_pmd
 */
export function* moveNormalPmd(m: Machine, vma: Vma, oldPmd: Ptep, newVma: Vma, newPmd: Ptep): Step<boolean> {
  if (!m.p.pmdNone(yield* m.pmd.pmdpGetLockless(newPmd))) return false;
  yield* m.k.pmdLock(oldPmd);
  yield* m.k.spinLockNested(newPmd.table.ptl);
  const pmd = yield* m.pmd.pmdpGet(oldPmd);
  const table = m.p.pmdLeaf(pmd) ? null : m.k.pmdPgtable(pmd);
  if (table !== null) {
    yield* m.pmd.pmdClear(oldPmd);
    yield* m.k.pmdPopulate(newVma, newPmd, table);
    yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
  }
  yield* m.k.spinUnlock(newPmd.table.ptl);
  yield* m.unlock(oldPmd.table.ptl);
  return table !== null;
}

/** Functions that others call by name. */
export const MOVE_NORMAL_PMD = { moveNormalPmd } as const;

type MoveNormalPmdFunctions = typeof MOVE_NORMAL_PMD;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MoveNormalPmdFunctions {}
}
