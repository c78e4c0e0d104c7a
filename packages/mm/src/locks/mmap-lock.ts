/** The lock of an address space. (include/linux/mmap_lock.h) */
import type { Mm } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type Machine, sleepForLock } from '@racewalk/machine';

/** Keep faults and every other change of the areas away. @kernel mmap_write_lock */
export function* mmapWriteLock(m: Machine, mm: Mm): Step<void> {
  yield* sleepForLock(m, mm.mmapLock);
}

/** @kernel mmap_write_unlock */
export function* mmapWriteUnlock(m: Machine, mm: Mm): Step<void> {
  yield* m.unlock(mm.mmapLock);
}

/** Functions that others call by name. */
export const MMAP_LOCK = { mmapWriteLock, mmapWriteUnlock } as const;

type MmapLockFunctions = typeof MMAP_LOCK;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MmapLockFunctions {}
}
