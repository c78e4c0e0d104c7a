/**
 * `tlb_flush_pending`: code that changes entries and invalidates later announces it here. Otherwise code that
 * finds an entry changed would conclude that no TLB has the old one. @kernel include/linux/mm_types.h
 */

import type { Mm } from '@racewalk/core';
import { read, type Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { addTo } from './words.js';

/** Before the first change. @kernel inc_tlb_flush_pending */
export function* incTlbFlushPending(_m: Machine, mm: Mm): Step<void> {
  yield* addTo(mm.tlbFlushPending, 1, { op: 'inc_tlb_flush_pending' });
}

/** After the invalidation. @kernel dec_tlb_flush_pending */
export function* decTlbFlushPending(_m: Machine, mm: Mm): Step<void> {
  yield* addTo(mm.tlbFlushPending, -1, { op: 'dec_tlb_flush_pending' });
}

/** Whether somebody has changed entries and not flushed yet. Asked under the page-table lock. @kernel mm_tlb_flush_pending (as a function that others call by name) */
export function* mmTlbFlushPending(_m: Machine, mm: Mm): Step<boolean> {
  return (yield* read(mm.tlbFlushPending, { op: 'mm_tlb_flush_pending' })) > 0;
}

/** The same for a caller that has itself announced an invalidation. @kernel mm_tlb_flush_nested */
export function* mmTlbFlushNested(_m: Machine, mm: Mm): Step<boolean> {
  return (yield* read(mm.tlbFlushPending, { op: 'mm_tlb_flush_nested' })) > 1;
}

/** Functions that others call by name. */
export const MM = {
  incTlbFlushPending,
  decTlbFlushPending,
  mmTlbFlushPending,
  mmTlbFlushNested,
} as const;

type MmFunctions = typeof MM;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MmFunctions {}
}
