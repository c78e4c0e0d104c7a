/** The walk over the entries of one area that map a folio or a page. (mm/page_vma_mapped.c, Linux 6.12) */
import {
  addrOf,
  PAGE_SIZE,
  type Pfn,
  PTE_ZERO,
  type Ptep,
  type PteWord,
  ptepAdd,
  ptepOf,
  type Vaddr,
  type Vma,
  vpnOf,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
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
  address: Vaddr;
  /** The entry at `address`. */
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
  pte: ptepOf(vma, vpnOf(address)),
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

/** The frame of a device-exclusive entry, or -1: no other swap entry belongs to a page. */
function deviceExclusivePfn(m: Machine, pteval: PteWord): Pfn {
  const { swap } = m.arch;
  if (!swap.isSwapPte(pteval)) return -1;
  const entry = swap.pteToSwpEntry(pteval);
  return swap.isDeviceExclusiveEntry(entry) ? entry.offset : -1;
}

/** The first look. Without PVMW_SYNC no lock is taken for an entry that maps nothing. @kernel map_pte */
function* mapPte(m: Machine, pvmw: PageVmaMappedWalk): Step<boolean> {
  pvmw.mapped = true;
  if ((pvmw.flags & PVMW_SYNC) === 0) {
    const ptent = yield* m.pte.ptepGet(pvmw.pte);
    if (!m.v.ptePresent(ptent) && deviceExclusivePfn(m, ptent) < 0) return false;
  }
  yield* m.pteOffsetMapLock(pvmw.pte.table);
  pvmw.ptl = true;
  return true;
}

/**
 * Whether the entry belongs to one of the pages: it maps it, or keeps its place while a device has it. Callers
 * must handle both. @kernel check_pte
 */
export function* checkPte(m: Machine, pvmw: PageVmaMappedWalk): Step<boolean> {
  const ptent = yield* m.pte.ptepGet(pvmw.pte);
  pvmw.pteval = ptent;
  const pfn = m.v.ptePresent(ptent) ? m.v.ptePfn(ptent) : deviceExclusivePfn(m, ptent);
  return pfn >= pvmw.pfn && pfn < pvmw.pfn + pvmw.nrPages;
}

/** On to the next entry that is not empty; false at the end of the range. */
function* nextPte(m: Machine, pvmw: PageVmaMappedWalk): Step<boolean> {
  do {
    pvmw.address += PAGE_SIZE;
    if (pvmw.address >= pvmw.end) return false;
    pvmw.pte = ptepAdd(pvmw.pte, 1);
    // Under the lock the read of `checkPte` is enough: no other thread fills the entry in between.
  } while (!pvmw.ptl && m.v.pteNone(yield* m.pte.ptepGet(pvmw.pte)));
  if (!pvmw.ptl) yield* m.pteOffsetMapLock(pvmw.pte.table);
  pvmw.ptl = true;
  return true;
}

/** Note where the walk has stopped, for MISS. */
export function stopped(m: Machine, pvmw: PageVmaMappedWalk): true {
  m.current.rmapWalk?.visited.add(pvmw.pte);
  return true;
}

/**
 * Go on to the next entry that belongs to the folio or page. True: it is at `pvmw.pte`, and the page-table lock is
 * held. False: no entry is left, and the lock is released. @kernel page_vma_mapped_walk
 */
export function* pageVmaMappedWalk(m: Machine, pvmw: PageVmaMappedWalk): Step<boolean> {
  if (m.world.pmds.of(pvmw.vma.table)?.follows === true) return yield* m.k.pageVmaMappedWalkLevels(pvmw);
  if (!pvmw.mapped && (yield* mapPte(m, pvmw)) && (yield* checkPte(m, pvmw))) return stopped(m, pvmw);
  while (yield* nextPte(m, pvmw)) if (yield* checkPte(m, pvmw)) return stopped(m, pvmw);
  yield* m.k.pageVmaMappedWalkDone(pvmw);
  return false;
}

/** End a walk before its end. @kernel page_vma_mapped_walk_done */
export function* pageVmaMappedWalkDone(m: Machine, pvmw: PageVmaMappedWalk): Step<void> {
  const levels = m.world.pmds.of(pvmw.vma.table)?.follows === true;
  if (pvmw.pmd !== null) yield* m.unlock(pvmw.pmd.table.ptl);
  else if (pvmw.ptl) yield* levels ? m.k.pteUnmapUnlock(pvmw.pte) : m.pteUnmapUnlock(pvmw.pte.table);
  pvmw.ptl = false;
  pvmw.pmd = null;
}

/** Functions that others call by name. */
export const PAGE_VMA_MAPPED = { pageVmaMappedWalk, pageVmaMappedWalkDone } as const;

type PageVmaMappedFunctions = typeof PAGE_VMA_MAPPED;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends PageVmaMappedFunctions {}
}
