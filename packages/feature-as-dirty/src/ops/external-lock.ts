/** The driver's own lock: around its operation, and in `mkwrite`. */
import type { Cell, Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/** Keep others out of the driver's operation, and of its part of a write fault. */
export function* lockExternal(m: Machine, external: Cell): Step<void> {
  yield* m.lock(external);
}

export function* unlockExternal(m: Machine, external: Cell): Step<void> {
  yield* m.unlock(external);
}
