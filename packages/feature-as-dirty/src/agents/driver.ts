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

/** Bits of the bitmap, from `start` to before `end`. */
export interface Recorded {
  readonly start: number;
  readonly end: number;
}

/** `apply_as_clean` of `nr` pages from `first` on, all by default; returns the range of bits that it set. */
export function* clean(m: Machine, s: Device, first = 0, nr = s.bitmap.nbits): Step<Recorded> {
  const start: PgoffRef = { value: 0 };
  const end: PgoffRef = { value: 0 };
  yield* m.k.applyAsClean(s.mapping, first, nr, 0, s.bitmap, start, end);
  return { start: start.value, end: end.value };
}

/** A driver that cleans everything once, and copies what it found. */
export const cleaner: AgentSpec<Device> = {
  cpu: 0,
  role: 'kernel',
  note: 'cleans, then acts',
  *run(m, s) {
    const { start, end } = yield* clean(m, s);
    yield* actOn(m, s, start, end);
  },
};
