/** Pinning a page without any lock, as far as it reads the leaf table. */

import type { Ptep } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/**
 * Read an entry without the lock and use what was read only if it is present; observers check that it
 * was ever there. What is not present may be rubbish where an entry is read in halves.
 *
 * @kernel gup_fast_pte_range
 */
export function* gupFast(m: Machine, ptep: Ptep): Step<void> {
  const pte = yield* m.pte.ptepGetLockless(ptep);
  if (m.v.ptePresent(pte)) yield* m.obtained(ptep, pte);
}

/** What stands in the kernel's table. */
export const GUP_FAST = { gupFast } as const;

type GupFastFunctions = typeof GUP_FAST;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends GupFastFunctions {}
}
