/** Emptying the entry of a huge page. (mm/huge_memory.c, Linux 6.12) */
import type { Ptep, Vaddr, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { MmuGather } from '../mmu_gather/mmu-gather.js';

/**
 * Empty one entry that maps a huge page; false if it does not. The flush is left to the gather, and so comes after
 * the lock: meanwhile a fault may map another page there. @kernel zap_huge_pmd
 */
export function* zapHugePmd(m: Machine, tlb: MmuGather, vma: Vma, pmdp: Ptep, addr: Vaddr): Step<boolean> {
  yield* m.lock(pmdp.table.ptl);
  const old = yield* m.pmd.pmdpGet(pmdp);
  const page = m.v.pteValid(old) ? m.world.frames.at(m.v.ptePfn(old)) : undefined;
  if (page === undefined) {
    yield* m.unlock(pmdp.table.ptl);
    return false;
  }
  yield* m.pmd.pmdpHugeGetAndClearFull(vma, addr, pmdp, tlb.fullmm);
  m.k.tlbRemoveTlbEntry(tlb, vma, pmdp);
  yield* m.k.folioRemoveRmapPte(page);
  yield* m.unlock(pmdp.table.ptl);
  m.k.__tlbRemovePage(tlb, page);
  return true;
}

/** Functions that others call by name. */
export const HUGE_MEMORY = { zapHugePmd } as const;

type HugeMemoryFunctions = typeof HUGE_MEMORY;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends HugeMemoryFunctions {}
}
