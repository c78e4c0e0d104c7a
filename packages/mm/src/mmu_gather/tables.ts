/**
 * How a page table is freed. Two kinds of walker must have left it: the hardware, whose walk caches a flush
 * empties, and software that walks without a lock, for which only an interrupt or a grace period waits.
 * (mm/mmu_gather.c with MMU_GATHER_RCU_TABLE_FREE, mm/memory.c, Linux 6.12)
 */
import { addrOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { freeTable, type Machine, type Ptdesc, smpCallFunction, synchronizeRcu } from '@racewalk/machine';
import type { MmuGather } from './mmu-gather.js';

/** Unlink the leaf table of an area, and free it when no walker uses it any more. @kernel free_pte_range */
export function* freePteRange(m: Machine, tlb: MmuGather, vma: Vma, ptdesc: Ptdesc): Step<void> {
  yield* m.pmd.pmdpGetAndClear(vma.mm, addrOf(vma.start), ptdesc.pmdp);
  yield* m.k.pteFreeTlb(tlb, vma, ptdesc);
}

/** The area leaves the reverse map, then its table goes, where the level above is followed. @kernel free_pgtables */
export function* freePgtables(m: Machine, tlb: MmuGather, vma: Vma): Step<void> {
  yield* m.k.unlinkFileVma(vma);
  const slot = m.world.pmds.of(vma.table);
  if (slot?.follows === true) yield* m.k.freePteRange(tlb, vma, slot);
}

/** A leaf table was unlinked. Every page that it mapped could be reached through it. @kernel pte_free_tlb */
export function* pteFreeTlb(m: Machine, tlb: MmuGather, vma: Vma, ptdesc: Ptdesc): Step<void> {
  m.k.__tlbAdjustRange(tlb, vma, vma.start, vma.end - vma.start);
  tlb.freedTables = true;
  yield* m.k.tlbRemoveTable(tlb, ptdesc);
}

/** Collect a table; without memory for the batch it is freed at once. @kernel tlb_remove_table */
export function* tlbRemoveTable(m: Machine, tlb: MmuGather, ptdesc: Ptdesc): Step<void> {
  if (m.k.getFreePage()) {
    tlb.tables.push(ptdesc);
    return;
  }
  yield* m.k.tlbTableInvalidate(tlb);
  yield* m.k.tlbRemoveTableOne(ptdesc);
}

/** Whether there is memory for a batch of tables. @kernel __get_free_page */
export function getFreePage(_m: Machine): boolean {
  return true;
}

/** Empty the walk caches before anything else happens to the tables. @kernel tlb_table_invalidate */
export function* tlbTableInvalidate(m: Machine, tlb: MmuGather): Step<void> {
  yield* m.k.tlbFlushMmuTlbonly(tlb);
}

/** Free the tables that were collected; the flush comes first. @kernel tlb_table_flush */
export function* tlbTableFlush(m: Machine, tlb: MmuGather): Step<void> {
  if (tlb.tables.length === 0) return;
  yield* m.k.tlbTableInvalidate(tlb);
  yield* m.k.tlbRemoveTableFree(tlb.tables.splice(0));
}

/**
 * Free tables after a grace period. The callback runs some time later; here its caller waits for it, which
 * makes no difference while the only work left is to free pages. @kernel tlb_remove_table_free, call_rcu
 */
export function* tlbRemoveTableFree(m: Machine, tables: readonly Ptdesc[]): Step<void> {
  yield* synchronizeRcu(m, 'call_rcu');
  yield* m.k.__tlbRemoveTableFree(tables);
}

/** The callback. @kernel __tlb_remove_table_free */
export function* __tlbRemoveTableFree(m: Machine, tables: readonly Ptdesc[]): Step<void> {
  for (const ptdesc of tables) yield* freeTable(m, ptdesc);
}

/** Interrupt every CPU: a walker with interrupts off has then finished. @kernel tlb_remove_table_sync_one */
export function* tlbRemoveTableSyncOne(m: Machine): Step<void> {
  yield* smpCallFunction(m, 'tlb_remove_table_smp_sync');
}

/** Free one table without a batch: no grace period, but an IPI to all CPUs. @kernel tlb_remove_table_one */
export function* tlbRemoveTableOne(m: Machine, ptdesc: Ptdesc): Step<void> {
  yield* m.k.tlbRemoveTableSyncOne();
  yield* m.k.__tlbRemoveTableFree([ptdesc]);
}

/** Functions that others call by name. */
export const TABLES = {
  freePteRange,
  freePgtables,
  pteFreeTlb,
  tlbRemoveTable,
  getFreePage,
  tlbTableInvalidate,
  tlbTableFlush,
  tlbRemoveTableFree,
  __tlbRemoveTableFree,
  tlbRemoveTableSyncOne,
  tlbRemoveTableOne,
} as const;

type TableFunctions = typeof TABLES;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends TableFunctions {}
}
