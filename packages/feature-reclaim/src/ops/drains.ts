/** What others might do about the flushes that reclaim owes. */
import type { Mm } from '@racewalk/core';
import { read, type Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { Drain } from './faults.js';

/** No flush. */
export const noDrain: Drain = function* (): Step<void> {};

/** Waits for the invalidations of this CPU; those of another are as far as they are. */
export const barrierOnly: Drain = function* (m: Machine, mm: Mm): Step<void> {
  if ((yield* read(mm.tlbFlushBatched, { op: 'flush_tlb_batched_pending' })) !== 0) yield* m.tlb.dsb();
};
