/** Tables of a file whose pages have become a huge one are given up, in every area. (mm/khugepaged.c, Linux 6.12) */
import { type AddressSpace, addrOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine, NotifierRange, Ptdesc } from '@racewalk/machine';

/**
 * Empty the entry above each area that leads to a table, and free the table when no walker uses it any more. The mmap locks
 * are not held: areas are kept by the lock of the reverse map. @kernel retract_page_tables
 */
export function* retractPageTables(m: Machine, mapping: AddressSpace): Step<void> {
  yield* m.k.iMmapLockRead(mapping);
  for (const vma of mapping.vmas) {
    const pmdp = m.world.pmds.of(vma.table)?.pmdp;
    if (pmdp === undefined) continue;
    // A private area that has had an anonymous page: its table is not all file.
    if (yield* m.k.vmaHasAnonVma(vma)) continue;
    // find_pmd_or_thp_or_none(): no lock yet.
    const pmd = yield* m.pmd.pmdpGetLockless(pmdp);
    const table = m.k.pmdPgtable(pmd);
    if (table === null) continue;
    const range: NotifierRange = { event: 'clear', mm: vma.mm, start: vma.start, end: vma.end };
    yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
    yield* m.k.pmdLock(pmdp);
    yield* m.k.spinLockNested(table.table.ptl);
    // Looked at again under the lock: the mmap lock is not held, and a fault may have put a page there meanwhile.
    const keeps = yield* m.k.anonVmaCameMeanwhile(vma);
    const old = keeps ? null : yield* m.pmd.pmdpCollapseFlush(vma, addrOf(vma.start), pmdp);
    yield* m.k.spinUnlock(table.table.ptl);
    yield* m.unlock(pmdp.table.ptl);
    yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
    const gone = old === null ? null : m.k.pmdPgtable(old);
    if (gone !== null) yield* m.k.pteFreeDefer(gone);
  }
  yield* m.k.iMmapUnlockRead(mapping);
}

/** The second look of {@link retractPageTables}, under both locks. In the kernel it stands there. */
export function* anonVmaCameMeanwhile(m: Machine, vma: Vma): Step<boolean> {
  return yield* m.k.vmaHasAnonVma(vma);
}

/** Free a table after a grace period; here its caller waits for it. @kernel pte_free_defer */
export function* pteFreeDefer(m: Machine, table: Ptdesc): Step<void> {
  yield* m.k.tlbRemoveTableFree([table]);
}

/** Functions that others call by name. */
export const RETRACT = { retractPageTables, anonVmaCameMeanwhile, pteFreeDefer } as const;

type RetractFunctions = typeof RETRACT;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends RetractFunctions {}
}
