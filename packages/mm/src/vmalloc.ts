/** Entries of the kernel's own mappings. (arch/arm64/include/asm/pgtable.h, mm/vmalloc.c, Linux 6.12) */
import { addrOf, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { isb, type Machine } from '@racewalk/machine';

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

/** Functions that others call by name. */
export const VMALLOC = { setPteComplete, contextSynchronize, setPteKernel } as const;

type VmallocFunctions = typeof VMALLOC;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends VmallocFunctions {}
}
