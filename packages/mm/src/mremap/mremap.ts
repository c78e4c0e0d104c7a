/** The system call. (mm/mremap.c, Linux 6.12) */
import { addrOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/** Move a whole area to `newVma`, a place that is free. @kernel mremap, move_vma */
export function* mremap(m: Machine, vma: Vma, newVma: Vma, needRmapLocks = false): Step<void> {
  const len = addrOf(vma.end - vma.start);
  yield* m.k.mmapWriteLock(vma.mm);
  yield* m.k.movePageTables(vma, addrOf(vma.start), newVma, addrOf(newVma.start), len, needRmapLocks);
  yield* m.k.mmapWriteUnlock(vma.mm);
}

/** Functions that others call by name. */
export const MREMAP = { mremap } as const;

type MremapFunctions = typeof MREMAP;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MremapFunctions {}
}
