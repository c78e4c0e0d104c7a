/**
 * How a page table gets back to the allocator. Two kinds of walker must be through with it: the
 * hardware, whose walk caches a flush empties, and software that walks without a lock, which only an
 * interrupt or a grace period waits for. @kernel mm/mmu_gather.c
 */

import type { Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { freeTable, type Ptdesc, smpCallFunction, synchronizeRcu } from '@racewalk/machine';
import { flushWhole, tlbFlushMmuTlbonly, type ZapGather } from './gather.js';

/** Collect a table that was unlinked. @kernel tlb_remove_table */
export function tlbRemoveTable(tlb: ZapGather, vma: Vma, ptdesc: Ptdesc): void {
  tlb.freedTables = true;
  tlb.tables.push(ptdesc);
  // Every page the table mapped could be reached through it.
  flushWhole(tlb, vma, vma.start, vma.end);
}

/** Empty the walk caches before anything else happens to the tables. @kernel tlb_table_invalidate */
export function* tlbTableInvalidate(tlb: ZapGather): Step<void> {
  yield* tlbFlushMmuTlbonly(tlb);
}

/** Free the tables after a grace period; the flush comes first. @kernel tlb_table_flush, tlb_remove_table_rcu */
export function* tlbTableFlush(tlb: ZapGather): Step<void> {
  yield* tlbTableInvalidate(tlb);
  yield* synchronizeRcu(tlb.m, 'call_rcu');
  yield* tlbRemoveTableFree(tlb);
}

/** Interrupt every CPU: whoever walked with interrupts off is through. @kernel tlb_remove_table_sync_one */
export function* tlbRemoveTableSyncOne(tlb: ZapGather): Step<void> {
  yield* smpCallFunction(tlb.m, 'tlb_remove_table_smp_sync');
}

/**
 * The way out if there is no memory for a batch: no grace period, but a call of all CPUs.
 * @kernel tlb_remove_table_one
 */
export function* tlbRemoveTableOne(tlb: ZapGather): Step<void> {
  yield* tlbTableInvalidate(tlb);
  yield* tlbRemoveTableSyncOne(tlb);
  yield* tlbRemoveTableFree(tlb);
}

/** Where the flush interrupts, it is all there is to wait for. @kernel tlb_remove_table, without MMU_GATHER_RCU_TABLE_FREE */
export function* tlbTableFlushOnly(tlb: ZapGather): Step<void> {
  yield* tlbTableInvalidate(tlb);
  yield* tlbRemoveTableFree(tlb);
}

/** @kernel __tlb_remove_table_free */
export function* tlbRemoveTableFree(tlb: ZapGather): Step<void> {
  for (const ptdesc of tlb.tables.splice(0)) yield* freeTable(tlb.m, ptdesc);
}
