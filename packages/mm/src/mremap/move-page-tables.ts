/** The move of an area's entries. (mm/mremap.c, Linux 6.12) */
import { type Ptep, type Vaddr, type Vma, vpnOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine, NotifierRange } from '@racewalk/machine';

/** The entry above an area, where the race follows that level. */
function upperOf(m: Machine, vma: Vma): Ptep | null {
  const slot = m.world.pmds.of(vma.table);
  return slot?.follows === true ? slot.pmdp : null;
}

/**
 * One extent, by what the entry above says: false if there is nothing to move any more, or no memory for a table. True: its
 * entries are to be moved one by one. A huge page moves as a whole, or is split first.
 */
function* goesByEntries(m: Machine, vma: Vma, newVma: Vma): Step<boolean> {
  const [oldPmd, newPmd] = [upperOf(m, vma), upperOf(m, newVma)];
  if (oldPmd === null || newPmd === null) return true;
  const pmd = yield* m.pmd.pmdpGetLockless(oldPmd);
  if (m.p.pmdNone(pmd)) return false;
  if (m.k.pmdMovesWhole(pmd)) {
    if (yield* m.k.moveHugePmd(vma, oldPmd, newVma, newPmd)) return false;
    yield* m.k.__splitHugePmd(vma, oldPmd);
  }
  return yield* m.k.pteAlloc(newVma, newPmd);
}

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
  while (yield* goesByEntries(m, vma, newVma)) {
    if ((yield* m.k.movePtes(vma, oldAddr, oldEnd, newVma, newAddr, needRmapLocks)) === 0) break;
  }
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
}

/** Functions that others call by name. */
export const MOVE_PAGE_TABLES = { movePageTables } as const;

type MovePageTablesFunctions = typeof MOVE_PAGE_TABLES;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MovePageTablesFunctions {}
}
