/** What may come before a fault. */
import type { Mm } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { FaultHandler, Machine } from '@racewalk/machine';
import { VM_FAULT_SIGSEGV } from '@racewalk/mm';

/** Makes the flushes that reclaim still owes. */
export type Drain = (m: Machine, mm: Mm) => Step<void>;

/**
 * A fault on a page that may be in swap, which first makes the flushes that reclaim owes. Linux makes them where entries
 * are removed, and not on this path.
 */
export const drainsFirst: FaultHandler = function* (m, { vma, ptep, access }) {
  const origPte = yield* m.pte.ptepGetLockless(ptep);
  // After the look: reclaim says that it owes a flush before it sets the entry that was seen. Under the lock, as the
  // function asks: else the load that it begins with may be early, and the count seen after the entry.
  yield* m.pteOffsetMapLock(vma.table);
  yield* m.k.flushTlbBatchedPending(vma.mm);
  yield* m.pteUnmapUnlock(vma.table);
  const done = yield* m.k.handlePteFault({ vma, ptep, access, origPte });
  return done === VM_FAULT_SIGSEGV ? 'sigsegv' : 'retry';
};
