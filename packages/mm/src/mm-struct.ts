/** What Linux keeps in an address space besides what every machine has. @kernel include/linux/mm_types.h */
import type { Cell, WordRole } from '@racewalk/core/step';
import type { World } from '@racewalk/machine';

const COUNTER: WordRole = Object.freeze({ is: 'counter' });

/** The words of `struct mm_struct`. */
export interface LinuxMm {
  /** `tlb_flush_batched`: flushes that reclaim has put off, and how many of them were made since. */
  readonly tlbFlushBatched: Cell;
  /** `mmap_lock`; exclusive only. */
  readonly mmapLock: Cell;
  /** `write_protect_seq`: odd while fork takes write permissions away. */
  readonly writeProtectSeq: Cell;
  /** 1 once any page of it was pinned. @kernel MMF_HAS_PINNED */
  readonly hasPinned: Cell;
}

/** The words of a new address space of this name. */
export const linuxMm = (w: World, name: string): LinuxMm => ({
  tlbFlushBatched: w.word(`${name}.tlb_flush_batched`, 0, undefined, COUNTER),
  mmapLock: w.lock(`${name}.mmap_lock`),
  writeProtectSeq: w.word(`${name}.write_protect_seq`, 0, undefined, COUNTER),
  hasPinned: w.word(`${name}.has_pinned`),
});

declare module '@racewalk/core/handles' {
  interface MmExtension extends LinuxMm {}
}
