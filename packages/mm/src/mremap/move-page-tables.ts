/** The move of an area's entries. (mm/mremap.c, Linux 6.12) */
import { type NotifierRange, type Vaddr, type Vma, vpnOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/**
 * Move `len` bytes of entries. The areas of the model lie in one table each, so there is one extent, and no table is
 * moved whole. The mmap lock is held for writing. @kernel move_page_tables
 */
export function* movePageTables(
  m: Machine,
  vma: Vma,
  oldAddr: Vaddr,
  newVma: Vma,
  newAddr: Vaddr,
  len: number,
  needRmapLocks: boolean,
): Step<void> {
  const oldEnd = oldAddr + len;
  const range: NotifierRange = { event: 'unmap', mm: vma.mm, start: vpnOf(oldAddr), end: vpnOf(oldEnd) };
  yield* m.k.flushCacheRange(vma, oldAddr, oldEnd);
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  yield* m.k.movePtes(vma, oldAddr, oldEnd, newVma, newAddr, needRmapLocks);
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
}

/** Functions that others call by name. */
export const MOVE_PAGE_TABLES = { movePageTables } as const;

type MovePageTablesFunctions = typeof MOVE_PAGE_TABLES;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MovePageTablesFunctions {}
}
