/** Flags of the kernel in the words of pages and of folios. @kernel include/linux/page-flags.h */
import type { Word } from '@racewalk/core/step';

/** The kernel's flags in a frame's word, next to those of the machine (`FrameFlag`). */
export const PageFlag = {
  /** The kernel remembers the store (`SetPageDirty` on this page). */
  DIRTY: 2,
  /** `mark_page_accessed` was called. */
  ACCESSED: 8,
  /** Anonymous. @kernel PageAnon */
  ANON: 16,
  /** Only one process maps it, and may write without copying. @kernel PageAnonExclusive */
  EXCLUSIVE: 32,
  /** Under writeback. @kernel PG_writeback */
  WRITEBACK: 64,
  /** Anonymous without need to be written: lazily freed while clean. @kernel !PG_swapbacked */
  LAZYFREE: 128,
  /** Mapped by a locked area. @kernel PG_mlocked */
  MLOCKED: 256,
  /** Nobody may write to it: the zero page. @kernel PG_reserved */
  RESERVED: 512,
} as const;

/** Flags in a folio's word. */
export const FolioFlag = { DIRTY: 1 } as const;

const NAMES = Object.entries(PageFlag).map(([name, bit]) => [bit, name.toLowerCase()] as const);

/** The names of the kernel's flags that are set in a frame's word. */
export const pageFlagNames = (word: Word): string[] =>
  NAMES.filter(([bit]) => (word & bit) !== 0).map(([, name]) => name);

/** A folio's word in words. */
export const folioFlagText = (word: Word): string => (word & FolioFlag.DIRTY ? 'dirty' : 'clean');
