/**
 * mremap's move of entries from one address to another. (mm/mremap.c, Linux 6.12)
 */
import {
  addrOf,
  type Mm,
  type NotifierRange,
  PAGE_SIZE,
  type Ptep,
  type PteValues,
  type PteWord,
  ptepOf,
  type Vaddr,
  type Vma,
  vpnOf,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { flushTlbBatchedPending } from '@racewalk/mm';

/** When the old address of an entry is invalidated: before the locks are dropped, after, or never. */
export type FlushWhen = 'locked' | 'after' | 'never';

/** The parts of a move that a race may want to replace. */
export interface MoveOps {
  /** Move one entry that is not empty; answers what was moved. */
  readonly moveOne: (m: Machine, from: Ptep, to: Ptep) => Step<PteWord>;
  /** Make the flushes that others put off. */
  readonly drain: (m: Machine, mm: Mm) => Step<void>;
  /** When to flush for an entry that was moved; the range is flushed as the strictest of them says. */
  readonly flush: (v: PteValues, moved: PteWord) => FlushWhen;
  /** Take the lock of the new table, too. */
  readonly lockNew: boolean;
  /** Hold the mmap lock. */
  readonly mmapLock: boolean;
}

/** Soft-dirty after a move: the address changed, so user space must look again. @kernel move_soft_dirty_pte */
export function moveSoftDirtyPte(m: Machine, pte: PteWord): PteWord {
  if (!m.arch.has('softDirty') || m.v.pteNone(pte)) return pte;
  return m.v.ptePresent(pte) ? m.v.pteMksoftDirty(pte) : m.arch.swap.pteSwpMksoftDirty(pte);
}

/** Take the entry out in one step, and only then set it elsewhere: the hardware may write to it until it is out. */
export function* moveEntry(m: Machine, from: Ptep, to: Ptep): Step<PteWord> {
  const { mm } = from.table;
  const pte = yield* m.pte.ptepGetAndClear(mm, addrOf(from.vpn), from);
  yield* m.pte.setPteAt(mm, addrOf(to.vpn), to, moveSoftDirtyPte(m, pte));
  return pte;
}

/** A move as Linux does it since 4.19. */
export const LINUX_MOVE: MoveOps = Object.freeze({
  moveOne: moveEntry,
  drain: flushTlbBatchedPending,
  // A page that was moved may be freed as soon as the lock of its new entry is dropped.
  flush: (v: PteValues, moved: PteWord) => (v.ptePresent(moved) ? 'locked' : 'never'),
  lockNew: true,
  mmapLock: true,
});

/**
 * Move the entries of `oldAddr` … `oldEnd` to `newAddr`; both ranges lie in one table each. Answers
 * whether the old range still has to be flushed.
 *
 * With `needRmapLocks` a walk of the reverse map comes before the move or after it, but not in between.
 * Without, it may come in between, and must visit the old area first: then it finds each entry in one
 * place or in the other. @kernel move_ptes
 */
export function* movePtes(
  m: Machine,
  vma: Vma,
  oldAddr: Vaddr,
  oldEnd: Vaddr,
  newVma: Vma,
  newAddr: Vaddr,
  needRmapLocks: boolean,
  ops: MoveOps = LINUX_MOVE,
): Step<boolean> {
  const rmapLock = needRmapLocks ? vma.mapping?.iMmapLock : undefined;
  if (rmapLock !== undefined) yield* m.lock(rmapLock);
  yield* m.pteOffsetMapLock(vma.table);
  // The mmap lock is held for writing, so nobody takes these two in the other order.
  const nested = ops.lockNew && newVma.table !== vma.table;
  if (nested) yield* m.pteOffsetMapLock(newVma.table);
  yield* ops.drain(m, vma.mm);
  let forceFlush = false;
  let needFlush = false;
  for (let i = 0; oldAddr + i * PAGE_SIZE < oldEnd; i++) {
    const from = ptepOf(vma, vpnOf(oldAddr) + i);
    if (m.v.pteNone(yield* m.pte.ptepGet(from))) continue;
    const moved = yield* ops.moveOne(m, from, ptepOf(newVma, vpnOf(newAddr) + i));
    const when = ops.flush(m.v, moved);
    if (when === 'locked') forceFlush = true;
    if (when === 'after') needFlush = true;
  }
  if (forceFlush) yield* m.tlb.flushTlbRange(vma, oldAddr, oldEnd);
  if (nested) yield* m.pteUnmapUnlock(newVma.table);
  yield* m.pteUnmapUnlock(vma.table);
  if (rmapLock !== undefined) yield* m.unlock(rmapLock);
  return needFlush && !forceFlush;
}

/**
 * The move of a whole area, and what is left of it at the old address: nothing. The model's areas lie in
 * one table each, so there is one range. @kernel move_page_tables
 */
export function* movePageTables(
  m: Machine,
  vma: Vma,
  newVma: Vma,
  needRmapLocks: boolean,
  ops: MoveOps = LINUX_MOVE,
): Step<void> {
  const [oldAddr, oldEnd] = [addrOf(vma.start), addrOf(vma.end)];
  const range: NotifierRange = { event: 'unmap', mm: vma.mm, start: vma.start, end: vma.end };
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  const newAddr = addrOf(newVma.start);
  const needFlush = yield* movePtes(m, vma, oldAddr, oldEnd, newVma, newAddr, needRmapLocks, ops);
  if (needFlush) yield* m.tlb.flushTlbRange(vma, oldAddr, oldEnd);
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
}

/** The system call: under the mmap lock, which keeps page faults and other moves away. @kernel mremap, move_vma */
export function* mremap(
  m: Machine,
  vma: Vma,
  newVma: Vma,
  needRmapLocks: boolean,
  ops: MoveOps = LINUX_MOVE,
): Step<void> {
  if (ops.mmapLock) yield* m.lock(vma.mm.mmapLock);
  yield* movePageTables(m, vma, newVma, needRmapLocks, ops);
  if (ops.mmapLock) yield* m.unlock(vma.mm.mmapLock);
}
