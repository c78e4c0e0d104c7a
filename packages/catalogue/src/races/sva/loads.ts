import type { Step } from '@racewalk/core/step';
import { type Machine, nothing, type SvaDevice } from '@racewalk/machine';

/** A device loads from the first page, so many times; a fault that it reports is not handled, and ends it. */
export function* deviceLoads(m: Machine, device: SvaDevice, times = 1): Step<void> {
  const refused = function* (): Step<null> {
    yield* nothing();
    return null;
  };
  for (let i = 0; i < times; i++) if (!(yield* device.access(m, 0, 'load', refused))) return;
}
