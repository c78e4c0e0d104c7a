/** The driver that write-protects first. */

import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Machine } from '@racewalk/machine';
import type { Device } from '../setup.js';
import { actOn } from './driver.js';
import { checkPickedUp, checkQuiet } from './witness.js';

/** How the pass of a driver differs from the documented one. */
export interface PassPlan {
  /** In which order the two halves come. Default write-protect first. */
  readonly order?: 'wrprotect-first' | 'clean-first';
  /** Invalidate once more when everything has been copied. */
  readonly flushesAtTheEnd?: boolean;
}

/** Write-protect and clean the whole device, with the driver's lock held by the caller. */
export function* pass(m: Machine, s: Device, plan: PassPlan = {}): Step<void> {
  const nr = s.bitmap.nbits;
  const [start, end] = [{ value: 0 }, { value: 0 }];
  const protect = () => m.k.applyAsWrprotect(s.mapping, 0, nr);
  if (plan.order !== 'clean-first') yield* protect();
  yield* m.k.applyAsClean(s.mapping, 0, nr, 0, s.bitmap, start, end);
  if (plan.order === 'clean-first') yield* protect();
  yield* checkPickedUp(s);
  yield* actOn(m, s, start.value, end.value);
  if (plan.flushesAtTheEnd === true) yield* m.tlb.flushTlbMm(s.vma.mm);
  yield* checkQuiet(s);
}

/** A driver that makes one such pass and says that it has everything. */
export function passer(plan: PassPlan = {}): AgentSpec<Device> {
  return {
    cpu: 0,
    role: 'kernel',
    note: 'wants every dirty page',
    *run(m, s) {
      yield* m.lock(s.external);
      yield* pass(m, s, plan);
      yield* m.unlock(s.external);
    },
  };
}
