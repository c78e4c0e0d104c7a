/** MADV_FREE: the contents may go, unless somebody stores again. (mm/madvise.c) */

import { addrOf, type Vma } from '@racewalk/core';
import { type AtomicBody, atomic, or, type Step } from '@racewalk/core/step';
import { type Frame, FrameFlag, type Machine } from '@racewalk/machine';

/** @kernel folio_mark_lazyfree */
export const folioMarkLazyfree = (frame: Frame): Step<void> =>
  or(frame.cell, FrameFlag.LAZYFREE, { op: 'folio_mark_lazyfree', text: frame.name });

/** Make the entries of an area old and clean; the flush follows. @kernel madvise_free_pte_range */
export function* madviseFreePteRange(m: Machine, vma: Vma): Step<void> {
  const { v } = m;
  yield* m.pteOffsetMapLock(vma.table);
  yield* m.k.flushTlbBatchedPending(vma.mm);
  for (const ptep of vma.table.entries) {
    const look = yield* m.pte.ptepGet(ptep);
    if (!v.ptePresent(look)) continue;
    const addr = addrOf(ptep.vpn);
    if (v.pteYoung(look) || v.pteDirty(look)) {
      const pte = yield* m.pte.ptepGetAndClearFull(vma.mm, addr, ptep, false);
      yield* m.pte.setPteAt(vma.mm, addr, ptep, v.pteMkclean(v.pteMkold(pte)));
    }
    const frame = m.world.frames.at(v.ptePfn(look));
    if (frame !== undefined) yield* folioMarkLazyfree(frame);
  }
  yield* m.pteUnmapUnlock(vma.table);
}

/** The call returns: whatever was stored until now may be forgotten, and nothing that is stored later. */
export function* forfeit(frame: Frame): Step<void> {
  const { cell } = frame;
  const run: AtomicBody = (mem, base) => {
    mem[base + cell] = (mem[base + cell] ?? 0) & ~FrameFlag.WRITTEN;
    return 0;
  };
  yield* atomic(
    [cell],
    run,
    { text: `MADV_FREE returns: what ${frame.name} holds may go`, does: 'complete' },
    { locked: false },
  );
}

/** The system call, flush included. @kernel madvise_free_single_vma */
export function* madviseFree(m: Machine, vma: Vma, flush = true): Step<void> {
  yield* madviseFreePteRange(m, vma);
  if (flush) yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
}
