/** Pins the page without a lock, then uses it without a translation. */

import type { AgentSpec } from '@racewalk/machine';
import { FOLL_PIN, FOLL_WRITE, storeHeld, takeBack } from '@racewalk/mm';
import type { Setup } from '../setup.js';

const FLAGS = FOLL_WRITE | FOLL_PIN;

/** Pins the page, at most twice by the fast path with a fault in between, stores to it, and lets it go. */
export const pinner: AgentSpec<Setup> = {
  cpu: 2,
  role: 'kernel',
  note: 'pins, stores',
  *run(m, s) {
    let frame = yield* m.k.gupFast(s.vma, s.place.address, FLAGS);
    if (frame === null) {
      // The slow path faults the page in, like an access of user code.
      yield* takeBack(m, s.vma, s.ptep);
      frame = yield* m.k.gupFast(s.vma, s.place.address, FLAGS);
    }
    if (frame === null) return;
    yield* storeHeld(m, { vma: s.vma, vpn: s.place.address, frame }, 1);
    yield* m.k.gupPutFolio(frame, 1, FOLL_PIN);
  },
};
