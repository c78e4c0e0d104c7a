/**
 * Soft-dirty tracking as user space drives it: `/proc/pid/clear_refs` and `/proc/pid/pagemap`.
 * @kernel fs/proc/task_mmu.c
 */
import { addrOf, type Mm, type Ptep, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/** How a run of `clearRefsWrite` differs from today's. */
export interface ClearRefsRules {
  /** Whether `mmap_lock` is held for writing throughout, or shared with readers as in 2019. Default write. */
  readonly lock?: 'write' | 'read';
  /** Whether TLBs are invalidated before the lock is dropped. Default true. */
  readonly flush?: boolean;
}

/** Forget that the page was written, and see to it that the next store faults. @kernel clear_soft_dirty */
export function* clearSoftDirty(m: Machine, vma: Vma, pte: Ptep): Step<void> {
  const addr = addrOf(pte.vpn);
  if (!m.v.ptePresent(yield* m.pte.ptepGet(pte))) return;
  const oldPte = yield* m.pte.ptepModifyProtStart(vma, addr, pte);
  const ptent = m.v.pteClearSoftDirty(m.v.pteWrprotect(oldPte));
  yield* m.pte.ptepModifyProtCommit(vma, addr, pte, oldPte, ptent);
}

/** Clear the soft-dirty marks of an address space, with one invalidation at the end. @kernel clear_refs_write */
export function* clearRefsWrite(m: Machine, mm: Mm, rules: ClearRefsRules = {}): Step<void> {
  const shared = rules.lock === 'read';
  if (shared) yield* m.k.downRead(mm.mmapLock);
  else yield* m.lock(mm.mmapLock);
  yield* m.k.incTlbFlushPending(mm);
  for (const vma of m.world.vmas.filter((v) => v.mm === mm)) {
    const range = { event: 'soft-dirty', mm, start: vma.start, end: vma.end } as const;
    yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
    yield* m.pteOffsetMapLock(vma.table);
    for (const pte of vma.table.entries) yield* clearSoftDirty(m, vma, pte);
    yield* m.pteUnmapUnlock(vma.table);
    yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  }
  if (rules.flush !== false) yield* m.tlb.flushTlbMm(mm);
  yield* m.k.decTlbFlushPending(mm);
  if (shared) yield* m.k.upRead(mm.mmapLock);
  else yield* m.unlock(mm.mmapLock);
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
