/**
 * Cache maintenance.
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

/** Functions that others call by name. */
export const CACHE = { flushCacheRange } as const;

type CacheFunctions = typeof CACHE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends CacheFunctions {}
}
