/** Ways to tell a device that are not enough: for mutants. */

import type { MmuNotifier, Notifier, NotifierRange } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { Device, type Machine, NotifierCalls } from '@racewalk/machine';

/** Every device of the world, with another start of invalidations. */
function replaced(m: Machine, start: (gpu: Device, range: NotifierRange) => Step<void>) {
  const notifiers = m.world.notifiers.map((n): Notifier => {
    if (!(n instanceof Device)) return n;
    return {
      name: n.name,
      mm: n.mm,
      ignores: (range) => n.ignores(range),
      invalidateRangeStart: (range) => start(n, range),
      invalidateRangeEnd: (range) => n.invalidateRangeEnd(range),
    };
  });
  return new NotifierCalls(m, notifiers);
}

/** The device begins nothing new, and nobody waits for what it has in flight. */
export const withoutWaiting = (m: Machine): MmuNotifier =>
  replaced(m, function* (gpu, range) {
    if (gpu.ignores(range)) return;
    yield* gpu.stop(range);
    yield* gpu.settle(false);
  });

/** Drivers that take every exclusive event for their own. */
export const allAreMine = (m: Machine): MmuNotifier => {
  const deaf = m.world.notifiers.map(
    (n): Notifier => ({
      name: n.name,
      mm: n.mm,
      *invalidateRangeStart(range) {
        if (range.event !== 'exclusive') yield* n.invalidateRangeStart(range);
      },
      *invalidateRangeEnd(range) {
        if (range.event !== 'exclusive') yield* n.invalidateRangeEnd(range);
      },
    }),
  );
  return new NotifierCalls(m, deaf);
};
