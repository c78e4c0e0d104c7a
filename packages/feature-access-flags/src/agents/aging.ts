import { PAGE_SIZE } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Machine } from '@racewalk/machine';
import { addrOfTarget, locked, type Mapping, targetOf } from '../setup.js';

/** Makes the target page old; returns whether it was young. */
export type ClearYoung = (m: Machine, s: Mapping) => Step<boolean>;

/** `folio_referenced_one`: clear the access flag of one page under the lock. */
export function aging(clear: ClearYoung): AgentSpec<Mapping> {
  return {
    cpu: 0,
    role: 'kernel',
    note: 'holds ptl',
    *run(m, s) {
      yield* locked(m, s, () => clear(m, s));
    },
  };
}

/** As the architecture does it, without an invalidation. */
export const testAndClear: ClearYoung = (m, s) =>
  m.pte.ptepTestAndClearYoung(s.vma, addrOfTarget(s), targetOf(s));

/** As the architecture does it, with an invalidation it need not wait for. */
export const clearFlush: ClearYoung = (m, s) =>
  m.pte.ptepClearFlushYoung(s.vma, addrOfTarget(s), targetOf(s));

/** Read, compute, store: every entry of the block, with nothing to catch what the hardware does between. */
export const readThenStore: ClearYoung = function* (m, s) {
  let young = false;
  for (const ptep of m.contPtes > 1 ? s.entries : [targetOf(s)]) {
    const pte = yield* m.entries.readOnce(ptep, 'ptep_test_and_clear_young');
    if (!m.v.pteYoung(pte)) continue;
    yield* m.entries.writeOnce(ptep, m.v.pteMkold(pte), 'ptep_test_and_clear_young');
    young = true;
  }
  return young;
};

/** Issue the invalidation of the target page, and do not wait. */
export const invalidateNosync = (m: Machine, s: Mapping): Step<void> =>
  m.tlb.flushTlbRangeNosync(s.vma, addrOfTarget(s), addrOfTarget(s) + PAGE_SIZE);
