/** Which areas map a range of a file. @kernel mm/interval_tree.c */
import type { AddressSpace, Vma } from '@racewalk/core';

/**
 * The areas that map any of the pages `first` … `last` (both included) of a file, by first page, then by
 * last page. @kernel vma_interval_tree_foreach
 */
export function vmaIntervalTreeForeach(mapping: AddressSpace, first: number, last: number): Vma[] {
  const lastOf = (vma: Vma) => vma.pgoff + (vma.end - vma.start) - 1;
  return mapping.vmas
    .filter((vma) => vma.pgoff <= last && lastOf(vma) >= first)
    .sort((a, b) => a.pgoff - b.pgoff || lastOf(a) - lastOf(b));
}
