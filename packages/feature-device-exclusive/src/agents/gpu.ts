/** The device: atomics, and the driver that serves its faults. */

import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Machine } from '@racewalk/machine';
import type { Target } from './driver.js';

/** Serves a device fault; false if the page cannot be had. */
export type ServeFault<S> = (m: Machine, s: S) => Step<boolean>;

/** A device that makes `n` atomics on its page and stops at a fault that nobody serves. */
export function atomics<S extends Target>(n = 1, serve?: ServeFault<S>): AgentSpec<S> {
  return {
    cpu: 8,
    role: 'device',
    note: serve === undefined ? 'atomics' : 'driver, then atomics',
    *run(m, s) {
      const page = s.place.address - s.gpu.vma.start;
      for (let i = 0; i < n; i++) {
        // A device that has nothing yet faults at once; its first translation is what the driver made.
        const has = serve === undefined || i > 0 || (yield* serve(m, s));
        if (!has || !(yield* s.gpu.access(m, page, 'atomic'))) return;
      }
    },
  };
}
