/** Entries of the kernel's own mappings. (arch/arm64/include/asm/pgtable.h, mm/vmalloc.c, Linux 6.12) */
import { addrOf, type Pfn, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { freeTable, isb, type Machine } from '@racewalk/machine';

/**
 * What a new entry of the kernel needs before it is used: the store has arrived, and the core has dropped what it began to
 * translate before; where the absence of an entry is cached, that is dropped, too. User mappings get it from the return to
 * user code, or from a fault that does no harm. @kernel __set_pte_complete, emit_pte_barriers, flush_cache_vmap
 */
export function* setPteComplete(m: Machine, vma: Vma, ptep: Ptep): Step<void> {
  if (m.arch.earlyWalks === true) {
    yield* m.tlb.dsbIshst();
    yield* m.k.contextSynchronize();
  }
  if (m.arch.has('negativeCaching')) yield* m.tlb.localFlushTlbPage(vma, addrOf(ptep.vpn));
}

/** Under a name that a variant may replace; see `isb` of the machine. */
export function* contextSynchronize(m: Machine): Step<void> {
  yield* isb(m);
}

/** Map a page of the kernel where nothing was. @kernel __set_pte, vmap_pte_range */
export function* setPteKernel(m: Machine, vma: Vma, ptep: Ptep, pte: PteWord): Step<void> {
  yield* m.pte.setPteAt(vma.mm, addrOf(ptep.vpn), ptep, pte);
  yield* m.k.setPteComplete(vma, ptep);
}

/** What CPUs remember of the way to a table of the kernel goes. @kernel __flush_tlb_kernel_pgtable, flush_tlb_kernel_range */
export function* flushTlbKernelPgtable(m: Machine, vma: Vma): Step<void> {
  yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
}

/**
 * The table below an entry of the kernel goes, with nothing mapped there; true if the entry is empty afterwards.
 * (arch/arm64/mm/mmu.c, arch/x86/mm/pgtable.c) @kernel pmd_free_pte_page
 */
export function* pmdFreePtePage(m: Machine, vma: Vma, pmdp: Ptep): Step<boolean> {
  const table = m.k.pmdPgtable(yield* m.pmd.pmdpGet(pmdp));
  if (table === null) return false;
  yield* m.pmd.pmdClear(pmdp);
  yield* m.k.flushTlbKernelPgtable(vma);
  yield* freeTable(m, table);
  return true;
}

/**
 * Map a huge page of the kernel, in the place of a table that is left from smaller pages if there is one. False where the entry
 * does not take it. Of the area's addresses nobody makes use yet. @kernel vmap_try_huge_pmd
 */
export function* vmapTryHugePmd(m: Machine, vma: Vma, pmdp: Ptep, pfn: Pfn, prot: PteWord): Step<boolean> {
  const present = m.p.pmdPresent(yield* m.pmd.pmdpGet(pmdp));
  if (present && !(yield* m.k.pmdFreePtePage(vma, pmdp))) return false;
  if (!(yield* m.pmd.pmdSetHuge(pmdp, pfn, prot))) return false;
  yield* m.k.setPteComplete(vma, pmdp);
  return true;
}

/** Functions that others call by name. */
export const VMALLOC = {
  setPteComplete,
  contextSynchronize,
  setPteKernel,
  flushTlbKernelPgtable,
  pmdFreePtePage,
  vmapTryHugePmd,
} as const;

type VmallocFunctions = typeof VMALLOC;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends VmallocFunctions {}
}
