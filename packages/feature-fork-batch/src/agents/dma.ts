import type { AgentSpec } from '@racewalk/machine';
import { type PinOptions, SparePages, storeHeld } from '@racewalk/mm';
import { type Fork, sparesOf } from '../setup.js';

/** What the device writes. */
export const DEVICE_VALUE = 90;

/**
 * A thread of the parent pins a page and starts a device that writes to it by its frame number. Whatever
 * happens, what the device writes is for the parent, and for nobody else.
 */
export function dma<S extends Fork>(options: PinOptions = {}, page = 0): AgentSpec<S> {
  return {
    cpu: 1,
    role: 'kernel',
    note: 'parent, pins for a device',
    *run(m, s) {
      const spares = new SparePages(sparesOf(s, 1));
      const held = yield* m.k.pinUserPagesFast(s.parent, s.parent.start + page, spares, options);
      if (held !== null) yield* storeHeld(m, held, DEVICE_VALUE);
    },
  };
}
