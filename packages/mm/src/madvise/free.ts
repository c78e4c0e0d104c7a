/** MADV_FREE: the contents may go, unless somebody stores again. (mm/madvise.c, Linux 6.12) */
import { addrOf, type Vma } from '@racewalk/core';
import { type AtomicBody, atomic, or, type Step } from '@racewalk/core/step';
import { type Frame, FrameFlag, type Machine } from '@racewalk/machine';
import type { MmuGather } from '../mmu_gather/mmu-gather.js';
import { PageFlag } from '../page-flags.js';

/** Reclaim may drop the page as long as it is clean. @kernel folio_mark_lazyfree */
export function* folioMarkLazyfree(_m: Machine, page: Frame): Step<void> {
  yield* or(page.cell, PageFlag.LAZYFREE, { op: 'folio_mark_lazyfree', text: page.name });
}

/** Make the entries of an area old and clean; the caller's gather flushes. @kernel madvise_free_pte_range */
export function* madviseFreePteRange(m: Machine, tlb: MmuGather, vma: Vma): Step<void> {
  const { mm } = vma;
  yield* m.pteOffsetMapLock(vma.table);
  yield* m.k.flushTlbBatchedPending(mm);
  for (const pte of vma.table.entries) {
    let ptent = yield* m.pte.ptepGet(pte);
    if (!m.v.ptePresent(ptent)) continue;
    const page = m.world.frames.at(m.v.ptePfn(ptent));
    if (page === undefined) continue;
    const addr = addrOf(pte.vpn);
    if (m.v.pteYoung(ptent) || m.v.pteDirty(ptent)) {
      ptent = yield* m.pte.ptepGetAndClearFull(mm, addr, pte, false);
      yield* m.pte.setPteAt(mm, addr, pte, m.v.pteMkclean(m.v.pteMkold(ptent)));
      m.k.tlbRemoveTlbEntry(tlb, vma, pte);
    }
    yield* m.k.folioMarkLazyfree(page);
  }
  yield* m.pteUnmapUnlock(vma.table);
}

/**
 * The system call for one area; the mmap lock is held shared. A CPU that has a page cached as dirty stores without recording
 * it, so what was made clean is flushed before the call returns; until then others know that a flush is owed.
 * @kernel madvise_free_single_vma
 */
export function* madviseFreeSingleVma(m: Machine, vma: Vma): Step<void> {
  const range = { event: 'clear', mm: vma.mm, start: vma.start, end: vma.end } as const;
  const tlb = yield* m.k.tlbGatherMmu(vma.mm);
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  yield* m.k.tlbStartVma(tlb, vma);
  yield* m.k.madviseFreePteRange(tlb, vma);
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  yield* m.k.tlbFinishMmu(tlb);
}

/** What the call promises, for the observers: whatever was stored until now may be forgotten, and nothing that is stored later. */
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

/** Functions that others call by name. */
export const MADVISE_FREE = { folioMarkLazyfree, madviseFreePteRange, madviseFreeSingleVma } as const;

type MadviseFreeFunctions = typeof MADVISE_FREE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MadviseFreeFunctions {}
}
