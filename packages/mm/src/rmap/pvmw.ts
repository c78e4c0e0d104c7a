/** A walk over the entries of one area that map a folio or a page: what it is told, and where it stands. (include/linux/rmap.h, Linux 6.12) */
import {
  addrOf,
  PAGE_SIZE,
  type Pfn,
  PTE_ZERO,
  type Ptep,
  type PteWord,
  ptepOf,
  type Vaddr,
  type Vma,
  vpnOf,
} from '@racewalk/core';
import type { Frame } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';

/** Lock the table before the first look. @kernel PVMW_SYNC */
export const PVMW_SYNC = 1;

/** State of a walk between two of its stops. @kernel struct page_vma_mapped_walk */
export interface PageVmaMappedWalk {
  readonly pfn: Pfn;
  readonly nrPages: number;
  readonly vma: Vma;
  readonly flags: number;
  /** End of the range in the area. @kernel vma_address_end */
  readonly end: Vaddr;
  /** A caller may set it until the first look: the kernel's macro begins with 0 in places. */
  address: Vaddr;
  /** The entry at `address`, once the walk has looked. */
  pte: Ptep;
  /** A huge page maps the pages, by this entry, and `pmd_lock` is held; null elsewhere. */
  pmd: Ptep | null;
  /**
   * As the walk read it under the lock. Frame and permission stay as long as the lock is held; hardware may add
   * flags.
   */
  pteval: PteWord;
  /** The page-table lock is held. */
  ptl: boolean;
  /** The first look at the table was made. */
  mapped: boolean;
}

/** The entry at an address of the area; its first one for an address that the caller has yet to set. */
export const entryAt = (vma: Vma, address: Vaddr): Ptep => {
  const vpn = vpnOf(address);
  return ptepOf(vma, vpn >= vma.start && vpn < vma.end ? vpn : vma.start);
};

const newWalk = (
  pfn: Pfn,
  nrPages: number,
  vma: Vma,
  address: Vaddr,
  end: Vaddr,
  flags: number,
): PageVmaMappedWalk => ({
  pfn,
  nrPages,
  vma,
  flags,
  end,
  address,
  pte: entryAt(vma, address),
  pteval: PTE_ZERO,
  pmd: null,
  ptl: false,
  mapped: false,
});

/** A walk for all pages of a folio that the area maps, from `address` on. @kernel DEFINE_FOLIO_VMA_WALK */
export function defineFolioVmaWalk(folio: Folio, vma: Vma, address: Vaddr, flags: number): PageVmaMappedWalk {
  const nrPages = folio.frames.length;
  const start = folio.areas.find((area) => area.vma === vma)?.start ?? vpnOf(address);
  const end = addrOf(Math.min(start + nrPages, vma.end));
  return newWalk(folio.frames[0]?.pfn ?? 0, nrPages, vma, address, end, flags);
}

/** A walk for one page. @kernel DEFINE_PAGE_VMA_WALK */
export function definePageVmaWalk(page: Frame, vma: Vma, address: Vaddr, flags: number): PageVmaMappedWalk {
  return newWalk(page.pfn, 1, vma, address, address + PAGE_SIZE, flags);
}
