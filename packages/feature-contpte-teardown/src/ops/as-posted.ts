/** The operation as the thread has it: between the exchange and the reads stands no barrier. */
import { blockOf, PTE_ZERO } from '@racewalk/core';
import type { Patch } from '@racewalk/machine';
import { isFolded, stash, withSiblings } from './stash-next.js';

export const AS_POSTED: Patch = {
  *ptepGetAndClearFull(m, mm, addr, ptep, full) {
    if (!full || !(yield* isFolded(m, ptep))) return yield* m.pte.ptepGetAndClearFull(mm, addr, ptep, full);
    const orig = yield* m.entries.xchg(ptep, PTE_ZERO);
    const others = blockOf(ptep, m.contPtes).filter((p) => p !== ptep);
    yield* stash(m, others.toReversed(), orig);
    return yield* withSiblings(m, others, orig);
  },
};
