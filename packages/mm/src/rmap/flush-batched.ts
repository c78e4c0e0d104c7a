/**
 * Flushes that reclaim puts off until the end of its batch, and how others find out that it owes them.
 * @kernel mm/rmap.c
 */

import type { Mm } from '@racewalk/core';
import { cmpxchg, read, type Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { addTo } from '../folio.js';

/** Low half of `tlb_flush_batched`: how many flushes were put off. High half: as of which one they were made. */
const SHIFT = 16;
const MASK = 0xffff;

/**
 * An entry was emptied and its flush put off. Under the page-table lock, so that whoever finds the entry
 * empty also finds this. @kernel set_tlb_ubc_flush_pending
 */
export function* setTlbUbcFlushPending(_m: Machine, mm: Mm): Step<void> {
  yield* addTo(mm.tlbFlushBatched, 1, { op: 'set_tlb_ubc_flush_pending' });
}

/**
 * Make the flushes that reclaim has put off. Called under the page-table lock by whoever would take an
 * empty or swapped-out entry for "nothing to flush". @kernel flush_tlb_batched_pending
 */
export function* flushTlbBatchedPending(m: Machine, mm: Mm): Step<void> {
  const batch = yield* read(mm.tlbFlushBatched, { op: 'flush_tlb_batched_pending' });
  const pending = batch & MASK;
  if (pending === batch >> SHIFT) return;
  yield* m.tlb.flushTlbMm(mm);
  // What was put off meanwhile, under another table's lock, is not covered: then the count stays.
  const done = pending | (pending << SHIFT);
  yield* cmpxchg(mm.tlbFlushBatched, batch, done, 'tlb_flush_batched: flushed');
}

/** What stands in the kernel's table. */
export const FLUSH_BATCHED = { setTlbUbcFlushPending, flushTlbBatchedPending } as const;

type FlushBatchedFunctions = typeof FLUSH_BATCHED;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends FlushBatchedFunctions {}
}
