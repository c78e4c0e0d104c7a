/** The move of a huge mapping. (mm/huge_memory.c, Linux 6.12) */
import { addrOf, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/** Every kind of leaf: a huge page, and a huge mapping of a device's memory. @kernel pmd_trans_huge, pmd_devmap */
export function pmdMovesWhole(m: Machine, pmd: PteWord): boolean {
  return m.p.pmdTransHuge(pmd) || m.p.pmdDevmap(pmd);
}

/**
 * Move a huge mapping, with the table that was put aside for it; false if there is none any more, or the new entry is not empty.
 * The mmap lock is held for writing. @kernel move_huge_pmd
 */
export function* moveHugePmd(m: Machine, vma: Vma, oldPmd: Ptep, newVma: Vma, newPmd: Ptep): Step<boolean> {
  if (!m.p.pmdNone(yield* m.pmd.pmdpGetLockless(newPmd))) return false;
  yield* m.k.pmdLock(oldPmd);
  const there = m.k.pmdMovesWhole(yield* m.pmd.pmdpGet(oldPmd));
  if (there) {
    yield* m.k.spinLockNested(newPmd.table.ptl);
    const pmd = yield* m.pmd.pmdpHugeGetAndClear(vma.mm, addrOf(vma.start), oldPmd);
    const table = vma.mapping === null ? yield* m.k.pgtableTransHugeWithdraw(oldPmd) : null;
    if (table !== null) yield* m.k.pgtableTransHugeDeposit(newPmd, table);
    yield* m.pmd.setPmdAt(newVma.mm, addrOf(newVma.start), newPmd, pmd);
    if (m.p.pmdPresent(pmd)) yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
    yield* m.k.spinUnlock(newPmd.table.ptl);
  }
  yield* m.unlock(oldPmd.table.ptl);
  return there;
}

/** Functions that others call by name. */
export const MOVE_HUGE_PMD = { pmdMovesWhole, moveHugePmd } as const;

type MoveHugePmdFunctions = typeof MOVE_HUGE_PMD;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MoveHugePmdFunctions {}
}
