/** Moves as they were, or as one might write them. */
import { addrOf, type Mm, PTE_ZERO, type Ptep, type PteValues, type PteWord } from '@racewalk/core';
import { read, type Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { LINUX_MOVE, type MoveOps } from './move-ptes.js';

/** Before Linux 4.9: one flush after all locks. */
export const FLUSH_LATE: MoveOps = Object.freeze({ ...LINUX_MOVE, flush: () => 'after' });

/** No flush at all. */
export const FLUSH_NEVER: MoveOps = Object.freeze({ ...LINUX_MOVE, flush: () => 'never' });

/** Linux 4.9 to 4.18: dirty entries are flushed under the locks, the others after them (5d1904204c99). */
export const FLUSH_DIRTY_ONLY: MoveOps = Object.freeze({
  ...LINUX_MOVE,
  flush: (v: PteValues, moved: PteWord) => (v.ptePresent(moved) && v.pteDirty(moved) ? 'locked' : 'after'),
});

/** The flush is under the lock of the old table; the new one is not locked at all. */
export const NEW_UNLOCKED: MoveOps = Object.freeze({ ...LINUX_MOVE, lockNew: false });

/** No flush. */
function* noDrain(): Step<void> {}

/** Flushes that others put off are their business. */
export const NO_DRAIN: MoveOps = Object.freeze({ ...LINUX_MOVE, drain: noDrain });

/** Waits for the invalidations of this CPU, and those of others are as far as they are. */
function* barrierOnly(m: Machine, mm: Mm): Step<void> {
  if ((yield* read(mm.tlbFlushBatched, { op: 'flush_tlb_batched_pending' })) !== 0) yield* m.tlb.dsb();
}

/** arm64 from Linux 6.6 to 6.15: the invalidations were issued, so a barrier should do (4b634918384c). */
export const BARRIER_ONLY: MoveOps = Object.freeze({ ...LINUX_MOVE, drain: barrierOnly });

/** Copies what it read, then empties the old entry. */
function* copyThenClear(m: Machine, from: Ptep, to: Ptep): Step<PteWord> {
  const { mm } = from.table;
  const pte = yield* m.pte.ptepGet(from);
  yield* m.pte.setPteAt(mm, addrOf(to.vpn), to, pte);
  yield* m.entries.writeOnce(from, PTE_ZERO, 'pte_clear');
  return pte;
}

/** Set at the new address first, emptied at the old one afterwards. */
export const COPY_THEN_CLEAR: MoveOps = Object.freeze({ ...LINUX_MOVE, moveOne: copyThenClear });

/** Takes the entry as it stands, contiguous mark and all, and sets it elsewhere. */
function* copyVerbatim(m: Machine, from: Ptep, to: Ptep): Step<PteWord> {
  const pte = yield* m.entries.xchg(from, PTE_ZERO, 'ptep_get_and_clear');
  yield* m.entries.writeOnce(to, pte, 'set_pte');
  return pte;
}

/** Entries are moved bit by bit, whatever they mean at the new address. */
export const COPY_VERBATIM: MoveOps = Object.freeze({ ...LINUX_MOVE, moveOne: copyVerbatim });

/** Only the old table is locked, and the entry stands in both for a while. */
export const ONE_LOCK_EACH: MoveOps = Object.freeze({ ...COPY_THEN_CLEAR, lockNew: false, mmapLock: false });

/** Nobody holds the mmap lock. */
export const NO_MMAP_LOCK: MoveOps = Object.freeze({ ...LINUX_MOVE, mmapLock: false });
