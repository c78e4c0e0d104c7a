import { PTE_ZERO } from '@racewalk/core';
import type { Patch } from '@racewalk/machine';

/** One entry out of a block that stays folded, and nobody asks or tells the others. */
export const bareExchange: Patch = {
  ptepGetAndClearFull: (m, _mm, _addr, ptep) => m.entries.xchg(ptep, PTE_ZERO, 'ptep_get_and_clear_full'),
};
