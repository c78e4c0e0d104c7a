/** Drivers that do not do what the contract of notifiers asks: bodies of their callbacks, for mutants. */
import { Device, type Patch } from '@racewalk/machine';

/** The device begins nothing new, and nobody waits for what it has in flight. */
export const WITHOUT_WAITING: Patch = {
  *invalidateRangeStart(_m, gpu, range) {
    if (!(gpu instanceof Device) || gpu.ignores(range)) return;
    yield* gpu.stop(range);
    yield* gpu.settle(false);
  },
};

/** The driver takes its translations away when the invalidation is over. */
export const AT_THE_END: Patch = {
  *invalidateRangeStart() {},
  *invalidateRangeEnd(_m, gpu, range) {
    yield* gpu.invalidateRangeStart(range);
    yield* gpu.invalidateRangeEnd(range);
  },
};

/** Drivers take every exclusive event for their own. */
export const ALL_ARE_MINE: Patch = {
  *invalidateRangeStart(_m, gpu, range) {
    if (range.event !== 'exclusive') yield* gpu.invalidateRangeStart(range);
  },
  *invalidateRangeEnd(_m, gpu, range) {
    if (range.event !== 'exclusive') yield* gpu.invalidateRangeEnd(range);
  },
};

/** Devices are told when the bracket ends. For use within the function that makes the bracket. */
export const TOLD_AFTERWARDS: Patch = {
  *mmuNotifierInvalidateRangeStart(m, range) {
    if (m.calls.isIn('mmuNotifierInvalidateRangeEnd'))
      yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  },
  *mmuNotifierInvalidateRangeEnd(m, range) {
    yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
    yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  },
};
