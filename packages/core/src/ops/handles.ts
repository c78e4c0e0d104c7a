/**
 * Address spaces, VMAs and leaf page tables.
 */

import { RacewalkError } from '../errors.js';
import type { UpperLevel } from '../pte/upper.js';
import type { Prot } from '../pte/values.js';
import type { Cell } from '../step/op.js';
import type { Vpn } from '../units.js';

/**
 * What the operating system keeps in an address space besides. A package that brings one extends this interface:
 *
 * ```ts
 * declare module '@racewalk/core/handles' {
 *   interface MmExtension extends LinuxMm {}
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: packages add to it
export interface MmExtension {}

/** `struct mm_struct`: an address space. */
export interface Mm extends MmExtension {
  readonly name: string;
  /** Tag of this address space in TLBs. */
  readonly asid: number;
  /** `tlb_flush_pending`: how many batched flushes are pending. */
  readonly tlbFlushPending: Cell;
  /** 0 while fork is still making this address space: no thread runs in it yet. */
  readonly running: Cell;
}

/** A pointer to one entry: `pte_t *`. */
export interface Ptep {
  readonly table: PageTable;
  readonly index: number;
  readonly vpn: Vpn;
  /** The word; the low half where entries are split. */
  readonly cell: Cell;
  /** The high half where entries are split, else -1. */
  readonly high: Cell;
  /** For instance `pte[3]`. */
  readonly name: string;
}

/** One leaf table, or the part of it that the model has. */
export interface PageTable {
  readonly mm: Mm;
  readonly name: string;
  /** Page that entry 0 maps. */
  readonly start: Vpn;
  readonly entries: readonly Ptep[];
  /**
   * A table above the leaf tables: each entry can map a huge page. In the model a huge page is as long
   * as a page, and has one frame. Absent for a leaf table.
   */
  readonly level?: UpperLevel;
  /** The page-table lock of this table. */
  readonly ptl: Cell;
}

/** `struct vm_area_struct`. */
export interface Vma {
  readonly mm: Mm;
  readonly table: PageTable;
  readonly start: Vpn;
  /** First page behind the area. */
  readonly end: Vpn;
  readonly prot: Prot;
  /** @kernel VM_SHARED */
  readonly shared: boolean;
  /** Further flags. */
  readonly flags: VmaFlags;
  /** Page offset of the area's start in what it maps. @kernel vm_pgoff */
  readonly pgoff: number;
  /** What a file mapping maps; null for anonymous memory. */
  readonly mapping: AddressSpace | null;
}

/** Flags of an area that some operations look at. */
export interface VmaFlags {
  /** @kernel VM_HUGETLB */
  readonly hugetlb?: boolean;
  /** Entries that one hugetlb page of the area has; more than 1 for a contiguous block. Default 1. */
  readonly hugetlbEntries?: number;
  /**
   * A mapping of the kernel, in every address space alike: translations carry no tag (PTE.G, nG = 0). Where a race
   * follows what is loaded.
   */
  readonly global?: boolean;
  /** @kernel VM_IO */
  readonly io?: boolean;
  /** Frames are mapped by number: the mapping holds no reference to them, and the reverse map does not list them. @kernel VM_PFNMAP */
  readonly pfnmap?: boolean;
  /** @kernel VM_LOCKED */
  readonly locked?: boolean;
  /** Armed for write protection by userfaultfd. @kernel VM_UFFD_WP */
  readonly uffdWp?: boolean;
  /** @kernel VM_SOFTDIRTY */
  readonly softDirty?: boolean;
}

/** `struct address_space`: the areas that map one file or device. */
export interface AddressSpace {
  readonly name: string;
  /** `i_mmap_rwsem`; exclusive only. */
  readonly iMmapLock: Cell;
  /** Every area that maps it. */
  readonly vmas: readonly Vma[];
}

/** The entry `n` further on: `ptep + n`. */
export function ptepAdd(ptep: Ptep, n: number): Ptep {
  const there = ptep.table.entries[ptep.index + n];
  if (there === undefined)
    throw new RacewalkError('RACEWALK_OUTSIDE', `${ptep.name} + ${n} is outside ${ptep.table.name}`);
  return there;
}

/** The entry that maps a page of the area: `pte_offset_map`. */
export function ptepOf(vma: Vma, vpn: Vpn): Ptep {
  const ptep = vma.table.entries[vpn - vma.table.start];
  if (ptep === undefined)
    throw new RacewalkError('RACEWALK_OUTSIDE', `page ${vpn} is outside ${vma.table.name}`);
  return ptep;
}

/** The entries of the naturally aligned block of `n` pages around `ptep`, as far as the table has them. */
export function blockOf(ptep: Ptep, n: number): readonly Ptep[] {
  const first = ptep.vpn - (ptep.vpn % n) - ptep.table.start;
  return ptep.table.entries.slice(Math.max(first, 0), first + n);
}
