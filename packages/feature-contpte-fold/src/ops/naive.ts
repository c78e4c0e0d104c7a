/** What one would write who does not know about blocks: the material of mutants. */
import { PTE_ZERO, type Ptep, type PteWord, ptepAdd } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine, Patch } from '@racewalk/machine';

/** Empty `nr` entries one by one, blocks or not; returns the first with the flags of all. */
export function* bareClear(m: Machine, ptep: Ptep, nr: number): Step<PteWord> {
  let value = yield* m.entries.xchg(ptep, PTE_ZERO, 'ptep_get_and_clear');
  for (let i = 1; i < nr; i++) {
    value = withFlags(m, value, yield* m.entries.xchg(ptepAdd(ptep, i), PTE_ZERO, 'ptep_get_and_clear'));
  }
  return value;
}

/** A lockless reader that adds up the flags of a block as under the lock, and does not ask whether it is still that block. */
export const gatherUnchecked: Patch = {
  *ptepGetLockless(m, ptep) {
    return m.contPtes === 1 ? yield* m.pte.ptepGetLockless(ptep) : yield* m.pte.ptepGet(ptep);
  },
};

/** `value` with dirty and young of `pte` added. */
function withFlags(m: Machine, value: PteWord, pte: PteWord): PteWord {
  const dirty = m.v.pteDirty(pte) ? m.v.pteMkdirty(value) : value;
  return m.v.pteYoung(pte) ? m.v.pteMkyoung(dirty) : dirty;
}
