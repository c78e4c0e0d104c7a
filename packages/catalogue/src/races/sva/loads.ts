import type { Step } from '@racewalk/core/step';
import { type Machine, nothing, type SvaDevice } from '@racewalk/machine';

/** A fault that a device reports is not handled, and ends it. */
export function* endsOnFault(): Step<null> {
  yield* nothing();
  return null;
}

/** A device loads from the first page, so many times, or until it faults. */
export function* deviceLoads(m: Machine, device: SvaDevice, times = 1): Step<void> {
  for (let i = 0; i < times; i++) if (!(yield* device.access(m, 0, 'load', endsOnFault))) return;
}
