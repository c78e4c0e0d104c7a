/** Which areas map a range of a file. (mm/interval_tree.c, Linux 6.12) */
import type { AddressSpace, Vma } from '@racewalk/core';
import type { Machine } from '@racewalk/machine';

/** Pages of an area. @kernel vma_pages */
export const vmaPages = (vma: Vma): number => vma.end - vma.start;

/** The last page of its file that an area maps. @kernel vma_last_pgoff */
const vmaLastPgoff = (vma: Vma): number => vma.pgoff + vmaPages(vma) - 1;

/**
 * The areas that map any of the pages `first` … `last` (both included) of a file, by first page, then by
 * last page. The lock of the mapping is held. @kernel vma_interval_tree_foreach
 */
export function vmaIntervalTreeForeach(
  _m: Machine,
  mapping: AddressSpace,
  first: number,
  last: number,
): readonly Vma[] {
  return mapping.vmas
    .filter((vma) => vma.pgoff <= last && vmaLastPgoff(vma) >= first)
    .sort((a, b) => a.pgoff - b.pgoff || vmaLastPgoff(a) - vmaLastPgoff(b));
}

/** Functions that others call by name. */
export const INTERVAL_TREE = { vmaIntervalTreeForeach } as const;

type IntervalTreeFunctions = typeof INTERVAL_TREE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends IntervalTreeFunctions {}
}
