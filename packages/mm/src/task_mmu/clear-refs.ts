/**
 * Soft-dirty tracking as user space drives it: `/proc/pid/clear_refs` and `/proc/pid/pagemap`.
 * (fs/proc/task_mmu.c, Linux 6.12)
 */
import { addrOf, type Mm, type Ptep, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/** Forget that the page was written, and see to it that the next store faults. @kernel clear_soft_dirty */
export function* clearSoftDirty(m: Machine, vma: Vma, pte: Ptep): Step<void> {
  const addr = addrOf(pte.vpn);
  if (!m.v.ptePresent(yield* m.pte.ptepGet(pte))) return;
  const oldPte = yield* m.pte.ptepModifyProtStart(vma, addr, pte);
  const ptent = m.v.pteClearSoftDirty(m.v.pteWrprotect(oldPte));
  yield* m.pte.ptepModifyProtCommit(vma, addr, pte, oldPte, ptent);
}

/** Clear the soft-dirty marks of an address space, with one invalidation at the end. @kernel clear_refs_write */
export function* clearRefsWrite(m: Machine, mm: Mm): Step<void> {
  yield* m.k.mmapWriteLock(mm);
  yield* m.k.incTlbFlushPending(mm);
  for (const vma of m.world.vmas.filter((v) => v.mm === mm)) {
    const range = { event: 'soft-dirty', mm, start: vma.start, end: vma.end } as const;
    yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
    yield* m.pteOffsetMapLock(vma.table);
    for (const pte of vma.table.entries) yield* m.k.clearSoftDirty(vma, pte);
    yield* m.pteUnmapUnlock(vma.table);
    yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  }
  yield* m.tlb.flushTlbMm(mm);
  yield* m.k.decTlbFlushPending(mm);
  yield* m.k.mmapWriteUnlock(mm);
}

/** What pagemap says of the pages of an area: which of them are soft-dirty. @kernel pagemap_read */
export function* pagemapRead(m: Machine, vma: Vma): Step<boolean[]> {
  const softDirty: boolean[] = [];
  yield* m.k.downRead(vma.mm.mmapLock);
  for (const pte of vma.table.entries) {
    yield* m.pteOffsetMapLock(vma.table);
    softDirty.push(m.v.pteSoftDirty(yield* m.pte.ptepGet(pte)));
    yield* m.pteUnmapUnlock(vma.table);
  }
  yield* m.k.upRead(vma.mm.mmapLock);
  return softDirty;
}

/** Functions that others call by name. */
export const CLEAR_REFS = { clearSoftDirty, clearRefsWrite, pagemapRead } as const;

type ClearRefsFunctions = typeof CLEAR_REFS;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends ClearRefsFunctions {}
}
