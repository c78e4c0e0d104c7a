/** The driver: cleans its range, then acts on the pages that are recorded. */

import type { Step } from '@racewalk/core/step';
import { type AgentSpec, copyOut, type Machine } from '@racewalk/machine';
import type { PgoffRef } from '../ops/clean.js';
import { type Device, frameOf } from '../setup.js';

/** Take the bits from `start` to `end` back, and copy the pages they stand for. */
export function* actOn(
  m: Machine,
  s: Pick<Device, 'bitmap' | 'memory'>,
  start: number,
  end: number,
): Step<void> {
  for (let nr = start; nr < end; nr++) {
    if (yield* m.k.testAndClearBit(nr, s.bitmap)) yield* copyOut(frameOf(s, nr));
  }
}

/** How one round of the driver differs from the plain one. */
export interface RoundPlan {
  /** First page and number of pages. Default all. */
  readonly range?: readonly [first: number, nr: number];
  /** Look at the whole bitmap, as one must who shares it, not only at the bits this call has set. */
  readonly wholeBitmap?: boolean;
  /** Hold the driver's lock from before the scan to after the copies. Default false. */
  readonly locked?: boolean;
  /** Do not act on what was recorded. */
  readonly keeps?: boolean;
}

/** `apply_as_clean`, and copies of what it found. */
export function* cleanRound(m: Machine, s: Device, plan: RoundPlan = {}): Step<void> {
  const start: PgoffRef = { value: 0 };
  const end: PgoffRef = { value: 0 };
  const [first, nr] = plan.range ?? [0, s.bitmap.nbits];
  if (plan.locked === true) yield* m.lock(s.external);
  yield* m.k.applyAsClean(s.mapping, first, nr, 0, s.bitmap, start, end);
  if (plan.keeps !== true) {
    if (plan.wholeBitmap === true) yield* actOn(m, s, 0, s.bitmap.nbits);
    else yield* actOn(m, s, start.value, end.value);
  }
  if (plan.locked === true) yield* m.unlock(s.external);
}

/** A driver that does one round on CPU 0. */
export function cleaner(plan: RoundPlan = {}): AgentSpec<Device> {
  return {
    cpu: 0,
    role: 'kernel',
    note: 'cleans, then acts',
    *run(m, s) {
      yield* cleanRound(m, s, plan);
    },
  };
}
