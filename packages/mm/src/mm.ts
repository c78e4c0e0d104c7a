/**
 * `tlb_flush_pending`: whoever changes entries and invalidates later says so, for those who find an entry
 * changed and would conclude that no TLB has the old one. @kernel include/linux/mm_types.h
 */

import type { Mm } from '@racewalk/core';
import { read, type Step } from '@racewalk/core/step';
import { addTo } from './folio.js';

/** Before the first change. @kernel inc_tlb_flush_pending */
export function* incTlbFlushPending(mm: Mm): Step<void> {
  yield* addTo(mm.tlbFlushPending, 1, { op: 'inc_tlb_flush_pending' });
}

/** After the invalidation. @kernel dec_tlb_flush_pending */
export function* decTlbFlushPending(mm: Mm): Step<void> {
  yield* addTo(mm.tlbFlushPending, -1, { op: 'dec_tlb_flush_pending' });
}

/** The same for one who has announced an invalidation himself. @kernel mm_tlb_flush_nested */
export function* mmTlbFlushNested(mm: Mm): Step<boolean> {
  return (yield* read(mm.tlbFlushPending, { op: 'mm_tlb_flush_nested' })) > 1;
}
