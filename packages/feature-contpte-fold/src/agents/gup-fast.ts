import type { Machine, Ptep, Step } from '@racewalk/core';

/**
 * `gup_fast_pte_range`: read without the lock, and use what was read only if it is present. What is not
 * present may be rubbish where an entry is read in halves.
 */
export function* gupFast(m: Machine, ptep: Ptep): Step<void> {
  const pte = yield* m.pte.ptepGetLockless(ptep);
  if (m.v.ptePresent(pte)) yield* m.obtained(ptep, pte);
}
