/** The move of entries from one table to another. (mm/mremap.c, Linux 6.12) */
import { PAGE_SIZE, type Ptep, type PteWord, ptepAdd, type Vaddr, type Vma, vpnOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { mapLock, mapNolock, unmapNolock, unmapUnlock } from '../pgtable-generic/pte-offset-map.js';

/** A table is gone: the caller looks at the level above again. */
export const EAGAIN = 11;

/**
 * Keep walks of the reverse map away: by the lock of the file, and by that of the anon_vma where the race follows those.
 * @kernel take_rmap_locks
 */
export function* takeRmapLocks(m: Machine, vma: Vma): Step<void> {
  if (vma.mapping !== null) yield* m.k.iMmapLockWrite(vma.mapping);
  if (yield* m.k.vmaHasAnonVma(vma)) yield* m.k.anonVmaLockWrite();
}

/** @kernel drop_rmap_locks */
export function* dropRmapLocks(m: Machine, vma: Vma): Step<void> {
  if (yield* m.k.vmaHasAnonVma(vma)) yield* m.k.anonVmaUnlockWrite();
  if (vma.mapping !== null) yield* m.k.iMmapUnlockWrite(vma.mapping);
}

/** The entry for its new address. Only sparc, whose caches depend on the address, changes it. @kernel move_pte */
export function movePte(_m: Machine, pte: PteWord, _oldAddr: Vaddr, _newAddr: Vaddr): PteWord {
  return pte;
}

/** Soft-dirty after a move: the address changed, so user space must look again. @kernel move_soft_dirty_pte */
export function moveSoftDirtyPte(m: Machine, pte: PteWord): PteWord {
  if (!m.arch.has('softDirty')) return pte;
  if (m.v.ptePresent(pte)) return m.v.pteMksoftDirty(pte);
  return m.arch.swap.isSwapPte(pte) ? m.arch.swap.pteSwpMksoftDirty(pte) : pte;
}

/**
 * Move the entries of `oldAddr` … `oldEnd` to `newAddr`; each range lies in one table. `-EAGAIN` where a table is gone when it
 * is reached: the lock of the reverse map is not held. 0 else.
 *
 * With `needRmapLocks` a walk of the reverse map comes before the move or after it. Without, it may come in between,
 * and must visit the old area first: then it finds each entry in one place or in the other, because both tables are
 * locked until all entries have moved. @kernel move_ptes
 */
export function* movePtes(
  m: Machine,
  vma: Vma,
  oldAddr: Vaddr,
  oldEnd: Vaddr,
  newVma: Vma,
  newAddr: Vaddr,
  needRmapLocks: boolean,
): Step<number> {
  if (needRmapLocks) yield* m.k.takeRmapLocks(vma);
  // No order between the two: a thread that takes both holds the mmap lock for writing.
  const oldPte = yield* mapLock(m, vma, vpnOf(oldAddr));
  const newPte = oldPte === null ? null : yield* mapNolock(m, newVma, vpnOf(newAddr));
  if (oldPte !== null && newPte !== null) {
    const newPtl = newPte.table.ptl === oldPte.table.ptl ? null : newPte.table.ptl;
    if (newPtl !== null) yield* m.k.spinLockNested(newPtl);
    yield* m.k.moveLocked(vma, oldPte, newPte, { oldAddr, oldEnd, newAddr });
    if (newPtl !== null) yield* m.k.spinUnlock(newPtl);
    yield* unmapNolock(m, newVma, newPte);
  }
  if (oldPte !== null) yield* unmapUnlock(m, vma, oldPte);
  if (needRmapLocks) yield* m.k.dropRmapLocks(vma);
  return newPte === null ? -EAGAIN : 0;
}

/** Where entries are moved from, and to. */
export interface MoveRange {
  readonly oldAddr: Vaddr;
  readonly oldEnd: Vaddr;
  readonly newAddr: Vaddr;
}

/** What {@link movePtes} does under both locks. */
export function* moveLocked(m: Machine, vma: Vma, old: Ptep, fresh: Ptep, range: MoveRange): Step<void> {
  const { oldAddr, oldEnd, newAddr } = range;
  let forceFlush = false;
  yield* m.k.flushTlbBatchedPending(vma.mm);
  yield* m.k.archEnterLazyMmuMode();
  for (let offset = 0; oldAddr + offset < oldEnd; offset += PAGE_SIZE) {
    const from = oldAddr + offset;
    const to = newAddr + offset;
    const oldPte = ptepAdd(old, offset / PAGE_SIZE);
    if (m.v.pteNone(yield* m.pte.ptepGet(oldPte))) continue;

    // Take it out in one step, then set it: until then the hardware may write to it.
    let pte = yield* m.pte.ptepGetAndClear(vma.mm, from, oldPte);
    // Until the flush the old lock keeps folio_mkclean() out, and the new one code that would free the page.
    if (m.v.ptePresent(pte)) forceFlush = true;
    pte = m.k.movePte(pte, from, to);
    pte = m.k.moveSoftDirtyPte(pte);
    yield* m.pte.setPteAt(vma.mm, to, ptepAdd(fresh, offset / PAGE_SIZE), pte);
  }
  yield* m.k.archLeaveLazyMmuMode();
  if (forceFlush) yield* m.tlb.flushTlbRange(vma, oldAddr, oldEnd);
}

/** Functions that others call by name. */
export const MOVE_PTES = {
  takeRmapLocks,
  dropRmapLocks,
  movePte,
  moveSoftDirtyPte,
  movePtes,
  moveLocked,
} as const;

type MovePtesFunctions = typeof MOVE_PTES;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MovePtesFunctions {}
}
