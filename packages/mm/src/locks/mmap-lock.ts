/** The lock of an address space. (include/linux/mmap_lock.h) */
import type { Mm } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type Machine, sleepForLock } from '@racewalk/machine';
import { downgradeWrite } from './shared-lock.js';

/** Keep faults and every other change of the areas away. @kernel mmap_write_lock */
export function* mmapWriteLock(m: Machine, mm: Mm): Step<void> {
  yield* sleepForLock(m, mm.mmapLock);
  yield* m.k.mmLockSeqcountBegin(mm);
}

/** @kernel mmap_write_unlock */
export function* mmapWriteUnlock(m: Machine, mm: Mm): Step<void> {
  yield* m.k.vmaEndWriteAll(mm);
  yield* m.unlock(mm.mmapLock);
}

/** Go on as a reader: faults may come, changes of areas not. @kernel mmap_write_downgrade */
export function* mmapWriteDowngrade(m: Machine, mm: Mm): Step<void> {
  yield* m.k.vmaEndWriteAll(mm);
  yield* downgradeWrite(mm.mmapLock);
}

/** @kernel mmap_read_unlock */
export function* mmapReadUnlock(m: Machine, mm: Mm): Step<void> {
  yield* m.k.upRead(mm.mmapLock);
}

/** Functions that others call by name. */
export const MMAP_LOCK = { mmapWriteLock, mmapWriteUnlock, mmapWriteDowngrade, mmapReadUnlock } as const;

type MmapLockFunctions = typeof MMAP_LOCK;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MmapLockFunctions {}
}
