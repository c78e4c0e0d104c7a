/** Pins the page without a lock, then uses it without a translation. */

import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Frame, Machine } from '@racewalk/machine';
import { deviceExclusiveEntry, FOLL_PIN, FOLL_WRITE, storeHeld, takeBack } from '@racewalk/mm';
import type { Setup } from '../setup.js';

/** Finds the page behind the entry without a lock; null if the slow path must take over. */
export type FastPath = (m: Machine, s: Setup) => Step<Frame | null>;

/** As Linux has it: what is not present is left to the slow path. */
export const fast: FastPath = (m, s) => m.k.gupFast(s.vma, s.place.address, FOLL_WRITE | FOLL_PIN);

/** Takes a device-exclusive entry for a mapping: it names a frame, after all. */
export const takesTheEntry: FastPath = function* (m, s) {
  const entry = deviceExclusiveEntry(m, yield* m.pte.ptepGetLockless(s.ptep));
  if (entry === null) return yield* fast(m, s);
  yield* m.k.tryGrabFolio(s.page.folio, 1, FOLL_PIN);
  return s.page;
};

/** Pins the page, at most twice by the fast path with a fault in between, stores to it, and lets it go. */
export function pinner(path: FastPath = fast): AgentSpec<Setup> {
  return {
    cpu: 2,
    role: 'kernel',
    note: 'pins, stores',
    *run(m, s) {
      let frame = yield* path(m, s);
      if (frame === null) {
        // The slow path faults the page in, like an access of user code.
        yield* takeBack(m, s.vma, s.ptep);
        frame = yield* path(m, s);
      }
      if (frame === null) return;
      yield* storeHeld(m, { vma: s.vma, vpn: s.place.address, frame }, 1);
      yield* m.k.gupPutFolio(frame, 1, FOLL_PIN);
    },
  };
}
