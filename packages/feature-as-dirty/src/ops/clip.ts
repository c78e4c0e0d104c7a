/** Which part of which area a range of a file concerns. Pure arithmetic; the property tests are about it. */
import { addrOf, type Vaddr, type Vma, type VmaFlags } from '@racewalk/core';
import { vmaPages } from '@racewalk/mm';

/** `vm_flags`, as far as the filter looks at them. */
export interface FilterFlags extends VmaFlags {
  /** @kernel VM_SHARED */
  readonly shared: boolean;
  /** @kernel VM_WRITE */
  readonly write: boolean;
}

/** The flags of an area as it was made. */
export const flagsOf = (vma: Vma): FilterFlags => ({
  ...vma.flags,
  shared: vma.shared,
  write: vma.prot.write,
});

/** What is to be done with an area. */
export type Filter = 'apply' | 'skip' | 'warn';

/**
 * Private or read-only areas are none of this operation's business; huge pages and areas that are not
 * I/O mappings mean that somebody uses it for what it is not made for.
 */
export function filterVma(flags: FilterFlags): Filter {
  if (!flags.shared || !flags.write) return 'skip';
  return flags.hugetlb === true || flags.io !== true ? 'warn' : 'apply';
}

/** A range of virtual addresses, in bytes, `end` exclusive. */
export interface AddrRange {
  readonly start: Vaddr;
  readonly end: Vaddr;
}

/**
 * The addresses at which an area maps the pages `firstIndex` … `firstIndex + nr - 1` of its file; null if
 * it maps none of them.
 */
export function clipToVma(vma: Vma, firstIndex: number, nr: number): AddrRange | null {
  const vba = vma.pgoff;
  const vea = vba + vmaPages(vma);
  const cba = Math.max(firstIndex, vba);
  const cea = Math.min(firstIndex + nr, vea);
  if (cba >= cea) return null;
  return { start: addrOf(vma.start + cba - vba), end: addrOf(vma.start + cea - vba) };
}
