/** Whether a TLB may hold an entry, so that emptying it needs a flush. */
import type { PteWord } from '../pte/word.js';
import { read } from '../step/primitives.js';
import type { Step } from '../step/step.js';
import type { EntryMachine } from './entry-machine.js';
import type { Mm } from './handles.js';

/**
 * Whether an invalidation may still be pending. Exact only if the caller has held the entry's page-table
 * lock since the entry changed. @kernel mm_tlb_flush_pending
 */
export function* mmTlbFlushPending(mm: Mm): Step<boolean> {
  return (yield* read(mm.tlbFlushPending, 'mm_tlb_flush_pending')) > 0;
}

/**
 * Whether a TLB may have the entry: it is valid, or it was just made inaccessible and the flush is still
 * pending. @kernel pte_accessible
 */
export function* pteAccessible(m: EntryMachine, mm: Mm, pte: PteWord): Step<boolean> {
  if (m.v.pteValid(pte)) return true;
  return m.v.pteProtnone(pte) && (yield* mmTlbFlushPending(mm));
}
