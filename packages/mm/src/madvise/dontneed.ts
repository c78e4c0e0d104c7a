/** MADV_DONTNEED. (mm/madvise.c, Linux 6.12) */
import type { Vaddr, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/** Throw the pages of a range away; the mmap lock is held shared. @kernel madvise_dontneed_single_vma */
export function* madviseDontneedSingleVma(m: Machine, vma: Vma, start: Vaddr, end: Vaddr): Step<void> {
  yield* m.k.zapPageRangeSingle(vma, start, end - start, null);
}

/** The system call for MADV_DONTNEED: under the mmap lock, shared with faults and other calls like it. @kernel do_madvise */
export function* doMadvise(m: Machine, vma: Vma, start: Vaddr, end: Vaddr): Step<void> {
  yield* m.k.downRead(vma.mm.mmapLock);
  yield* m.k.madviseDontneedSingleVma(vma, start, end);
  yield* m.k.upRead(vma.mm.mmapLock);
}

/** Functions that others call by name. */
export const DONTNEED = { madviseDontneedSingleVma, doMadvise } as const;

type DontneedFunctions = typeof DONTNEED;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends DontneedFunctions {}
}
