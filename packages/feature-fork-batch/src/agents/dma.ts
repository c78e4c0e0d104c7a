import type { AgentSpec } from '@racewalk/machine';
import { FOLL_WRITE, storeHeld } from '@racewalk/mm';
import type { Fork } from '../setup.js';

/** What the device writes. */
export const DEVICE_VALUE = 90;

/**
 * A thread of the parent pins a page and starts a device that writes to it by its frame number. Whatever
 * happens, what the device writes is for the parent, and for nobody else.
 */
export const dma: AgentSpec<Fork> = {
  cpu: 1,
  role: 'kernel',
  note: 'parent, pins for a device',
  *run(m, s) {
    const { parent } = s;
    const frame = yield* m.k.pinUserPagesFast(parent, parent.start, FOLL_WRITE);
    if (frame !== null) yield* storeHeld(m, { vma: parent, vpn: parent.start, frame }, DEVICE_VALUE);
  },
};
