/** The driver that write-protects first, then cleans. */
import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Machine } from '@racewalk/machine';
import type { Device } from '../setup.js';
import { actOn, clean, type Recorded } from './driver.js';
import { checkPickedUp, checkQuiet } from './witness.js';

/** Write-protect the whole device. */
export function* protect(m: Machine, s: Device): Step<void> {
  yield* m.k.applyAsWrprotect(s.mapping, 0, s.bitmap.nbits);
}

/** Copy what has been recorded; every store so far must be among it. */
export function* takeAll(m: Machine, s: Device, { start, end }: Recorded): Step<void> {
  yield* checkPickedUp(s);
  yield* actOn(m, s, start, end);
}

/** A driver that wants every dirty page, with its lock held over the whole pass. */
export function passes(pass: (m: Machine, s: Device) => Step<void>): AgentSpec<Device> {
  return {
    cpu: 0,
    role: 'kernel',
    note: 'wants every dirty page',
    *run(m, s) {
      yield* m.k.lockExternal(s.external);
      yield* pass(m, s);
      yield* checkQuiet(s);
      yield* m.k.unlockExternal(s.external);
    },
  };
}

/** The pass as documented. */
export const passer: AgentSpec<Device> = passes(function* (m, s) {
  yield* protect(m, s);
  yield* takeAll(m, s, yield* clean(m, s));
});
