/**
 * Maintenance of caches and of what a CPU keeps of entries.
 */

import type { Vaddr, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/**
 * Write back and invalidate the data cache for a range that is about to change. Takes no step: the caches
 * of the architectures here are physically tagged and coherent with walkers, so there is nothing to do
 * (Documentation/core-api/cachetlb.rst). @kernel flush_cache_range
 */
export function* flushCacheRange(_m: Machine, _vma: Vma, _start: Vaddr, _end: Vaddr): Step<void> {}

/**
 * An entry has become valid. Where a TLB may keep that it was not (`negativeCaching`), this CPU is fenced, so that its next
 * access does not fault on that; other CPUs take the fault, and the handler fences them. Elsewhere it takes no step.
 * @kernel update_mmu_cache (arch/riscv/include/asm/pgtable.h)
 */
export function* updateMmuCache(m: Machine, vma: Vma, addr: Vaddr): Step<void> {
  if (m.arch.has('negativeCaching')) yield* m.tlb.localFlushTlbPage(vma, addr);
}

/** Until it is left, stores to entries may wait. Only paravirtual machines let them; here it takes no step. @kernel arch_enter_lazy_mmu_mode */
export function* archEnterLazyMmuMode(_m: Machine): Step<void> {}

/** Stores that have waited are made. @kernel arch_leave_lazy_mmu_mode */
export function* archLeaveLazyMmuMode(_m: Machine): Step<void> {}

/** Functions that others call by name. */
export const CACHE = { flushCacheRange, updateMmuCache, archEnterLazyMmuMode, archLeaveLazyMmuMode } as const;

type CacheFunctions = typeof CACHE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends CacheFunctions {}
}
