/** Spin locks that are taken by address rather than with their table. (include/linux/spinlock.h) */
import type { Cell, Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/** Take a second lock of the same class; the caller knows why that cannot deadlock. @kernel spin_lock_nested */
export function* spinLockNested(m: Machine, lock: Cell): Step<void> {
  yield* m.lock(lock);
}

/** @kernel spin_unlock */
export function* spinUnlock(m: Machine, lock: Cell): Step<void> {
  yield* m.unlock(lock);
}

/** Functions that others call by name. */
export const SPINLOCK = { spinLockNested, spinUnlock } as const;

type SpinlockFunctions = typeof SPINLOCK;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends SpinlockFunctions {}
}
