/** Moves as they were, or as one might write them. */
import { PAGE_SIZE, PTE_ZERO, type Ptep, ptepOf, type Vaddr, type Vma, vpnOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type Machine, nothing, type Patch } from '@racewalk/machine';

/** A move makes no flush. An architecture that unfolds a block for a single entry flushes as ever. */
export const FLUSH_NEVER: Patch = {
  *flushTlbRange(m, vma, start, end) {
    const unfolds = m.calls.isIn('ptepGetAndClear') || m.calls.isIn('setPteAt');
    if (!m.calls.isIn('movePtes') || unfolds) yield* m.tlb.flushTlbRange(vma, start, end);
  },
};

/** Before Linux 4.9: one flush after all locks. */
export const FLUSH_LATE: Patch = {
  ...FLUSH_NEVER,
  *movePageTables(m, vma, oldAddr, newVma, newAddr, len, needRmapLocks) {
    yield* m.k.movePageTables(vma, oldAddr, newVma, newAddr, len, needRmapLocks);
    yield* m.tlb.flushTlbRange(vma, oldAddr, oldAddr + len);
  },
};

/**
 * Dirty entries are flushed under the locks, the others after them (5d1904204c99).
 * @kernel move_ptes (Linux 4.9 to 4.18)
 */
export function* flushDirtyOnly(
  m: Machine,
  vma: Vma,
  oldAddr: Vaddr,
  oldEnd: Vaddr,
  newVma: Vma,
  newAddr: Vaddr,
): Step<number> {
  let [forceFlush, needFlush] = [false, false];
  yield* lockBoth(m, vma, newVma);
  for (let offset = 0; oldAddr + offset < oldEnd; offset += PAGE_SIZE) {
    const [from, to] = [oldAddr + offset, newAddr + offset];
    const oldPte = ptepOf(vma, vpnOf(from));
    if (m.v.pteNone(yield* m.pte.ptepGet(oldPte))) continue;
    const pte = yield* m.pte.ptepGetAndClear(vma.mm, from, oldPte);
    if (m.v.ptePresent(pte) && m.v.pteDirty(pte)) forceFlush = true;
    else needFlush = true;
    yield* m.pte.setPteAt(vma.mm, to, ptepOf(newVma, vpnOf(to)), m.k.moveSoftDirtyPte(pte));
  }
  if (forceFlush) yield* m.tlb.flushTlbRange(vma, oldAddr, oldEnd);
  yield* unlockBoth(m, vma, newVma);
  if (needFlush && !forceFlush) yield* m.tlb.flushTlbRange(vma, oldAddr, oldEnd);
  return 0;
}

/** What a move has left at the old address. */
interface Left {
  left?: Ptep;
}

declare module '@racewalk/machine/kernel' {
  interface TaskStruct extends Left {}
}

/** The entry is set at the new address before it is emptied at the old one. */
export const COPY_THEN_CLEAR: Patch = {
  *ptepGetAndClear(m, _mm, _addr, ptep) {
    m.current.left = ptep;
    return yield* m.pte.ptepGet(ptep);
  },
  *setPteAt(m, mm, addr, ptep, pte) {
    yield* m.pte.setPteAt(mm, addr, ptep, pte);
    if (m.current.left !== undefined) yield* m.entries.writeOnce(m.current.left, PTE_ZERO, 'pte_clear');
  },
};

function* lockBoth(m: Machine, vma: Vma, newVma: Vma): Step<void> {
  yield* m.pteOffsetMapLock(vma.table);
  if (newVma.table !== vma.table) yield* m.k.spinLockNested(newVma.table.ptl);
  yield* m.k.flushTlbBatchedPending(vma.mm);
}

function* unlockBoth(m: Machine, vma: Vma, newVma: Vma): Step<void> {
  if (newVma.table !== vma.table) yield* m.k.spinUnlock(newVma.table.ptl);
  yield* m.pteUnmapUnlock(vma.table);
}

/** The flush is under the lock of the old table; the new one is not locked at all. */
export const NEW_UNLOCKED: Patch = { spinLockNested: nothing, spinUnlock: nothing };

/** Nobody holds the mmap lock. */
export const NO_MMAP_LOCK: Patch = { mmapWriteLock: nothing, mmapWriteUnlock: nothing };

/** Entries are moved bit by bit, contiguous mark and all, whatever they mean at the new address. */
export const COPY_VERBATIM: Patch = {
  *ptepGetAndClear(m, _mm, _addr, ptep) {
    return yield* m.entries.xchg(ptep, PTE_ZERO);
  },
  *setPteAt(m, _mm, _addr, ptep, pte) {
    yield* m.entries.writeOnce(ptep, pte);
  },
};
