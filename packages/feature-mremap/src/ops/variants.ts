/** Moves as they were, or as one might write them. */
import { PTE_ZERO, type Ptep } from '@racewalk/core';
import { nothing, type Patch } from '@racewalk/machine';

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

/** From Linux 4.9 to 4.18: dirty entries are flushed under the locks, the others after them (5d1904204c99). */
export const FLUSH_DIRTY_ONLY: Patch = {
  // What move_ptes() asks of an entry it has taken out.
  ptePresent: (m, pte) =>
    m.v.ptePresent(pte) && (m.v.pteDirty(pte) || m.calls.running.at(-2) !== 'moveLocked'),
  *movePageTables(m, vma, oldAddr, newVma, newAddr, len, needRmapLocks) {
    yield* m.k.movePageTables(vma, oldAddr, newVma, newAddr, len, needRmapLocks);
    yield* m.tlb.flushTlbRange(vma, oldAddr, oldAddr + len);
  },
};

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
