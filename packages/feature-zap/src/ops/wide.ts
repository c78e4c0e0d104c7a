import { PTE_ZERO, type Ptep, type PteWord } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/**
 * A load of the whole entry by a locked 8-byte compare-and-exchange that stores nothing new: the repair
 * that needs no promise from anybody. @kernel cmpxchg8b, cmpxchg_double
 */
export function ptepGetLocklessCmpxchg8b(m: Machine, ptep: Ptep): Step<PteWord> {
  return m.entries.cmpxchg(ptep, PTE_ZERO, PTE_ZERO, 'cmpxchg8b');
}
