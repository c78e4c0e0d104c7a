/** `tlb_flush_pending` as it was, and as if there were none. */
import { read, type Step, write } from '@racewalk/core/step';
import { nothing, type Patch } from '@racewalk/machine';

// biome-ignore lint/correctness/useYield: nothing is looked at
function* no(): Step<boolean> {
  return false;
}

/**
 * Gathers that do not know of each other: for code from before there were any, and for races in which the counter has
 * no part and would only multiply schedules.
 */
export const UNANNOUNCED: Patch = {
  incTlbFlushPending: nothing,
  decTlbFlushPending: nothing,
  mmTlbFlushNested: no,
};

/** The end of a gather does not look at others. */
export const NOT_NESTED: Patch = { mmTlbFlushNested: no };

/** One flag for all, as until Linux 4.12. */
export const FLAG: Patch = {
  *incTlbFlushPending(_m, mm) {
    yield* write(mm.tlbFlushPending, 1, 'tlb_flush_pending = true');
  },
  *decTlbFlushPending(_m, mm) {
    yield* write(mm.tlbFlushPending, 0, 'tlb_flush_pending = false');
  },
  *mmTlbFlushNested(_m, mm) {
    return (yield* read(mm.tlbFlushPending, 'tlb_flush_pending')) !== 0;
  },
};
