/** The walk over the entries of one area that map a folio or a page. (mm/page_vma_mapped.c, Linux 6.12) */
import { PAGE_SIZE, type Pfn, type PteWord, ptepAdd } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { unmapUnlock } from '../pgtable-generic/pte-offset-map.js';
import { followedPmd, mapPmd } from './page-vma-mapped-pmd.js';
import { entryAt, type PageVmaMappedWalk, PVMW_SYNC } from './pvmw.js';

/** The frame of a device-exclusive entry, or -1: no other swap entry belongs to a page. */
function deviceExclusivePfn(m: Machine, pteval: PteWord): Pfn {
  const { swap } = m.arch;
  if (!swap.isSwapPte(pteval)) return -1;
  const entry = swap.pteToSwpEntry(pteval);
  return swap.isDeviceExclusiveEntry(entry) ? entry.offset : -1;
}

/**
 * The first look at the table. Without PVMW_SYNC no lock is taken for an entry that maps nothing; where the level above is
 * followed, the entry is always looked at under the lock. @kernel map_pte
 */
function* mapPte(m: Machine, pvmw: PageVmaMappedWalk): Step<boolean> {
  pvmw.mapped = true;
  if (pvmw.ptl) return true;
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
function* checkPte(m: Machine, pvmw: PageVmaMappedWalk): Step<boolean> {
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
function stopped(m: Machine, pvmw: PageVmaMappedWalk): true {
  m.current.rmapWalk?.visited.add(pvmw.pmd ?? pvmw.pte);
  return true;
}

function* notFound(m: Machine, pvmw: PageVmaMappedWalk): Step<false> {
  yield* m.k.pageVmaMappedWalkDone(pvmw);
  return false;
}

/**
 * Go on to the next entry that belongs to the folio or page. True: it is at `pvmw.pte`, or at `pvmw.pmd` if a huge page maps
 * it, and its lock is held. False: no entry is left, and the lock is released. @kernel page_vma_mapped_walk
 */
export function* pageVmaMappedWalk(m: Machine, pvmw: PageVmaMappedWalk): Step<boolean> {
  // The only possible mapping by a huge page was the last stop.
  if (pvmw.pmd !== null) return yield* notFound(m, pvmw);
  if (!pvmw.mapped) {
    pvmw.pte = entryAt(pvmw.vma, pvmw.address);
    const pmdp = followedPmd(m, pvmw);
    const level = pmdp === undefined ? 'table' : yield* mapPmd(m, pvmw, pmdp);
    if (level === 'leaf') return stopped(m, pvmw);
    if (level === 'none') return false;
    if ((yield* mapPte(m, pvmw)) && (yield* checkPte(m, pvmw))) return stopped(m, pvmw);
  }
  while (yield* nextPte(m, pvmw)) if (yield* checkPte(m, pvmw)) return stopped(m, pvmw);
  return yield* notFound(m, pvmw);
}

/** End a walk before its end. @kernel page_vma_mapped_walk_done */
export function* pageVmaMappedWalkDone(m: Machine, pvmw: PageVmaMappedWalk): Step<void> {
  if (pvmw.pmd !== null) yield* m.unlock(pvmw.pmd.table.ptl);
  else if (pvmw.ptl) yield* unmapUnlock(m, pvmw.vma, pvmw.pte);
  pvmw.ptl = false;
  pvmw.pmd = null;
}

/** Functions that others call by name. */
export const PAGE_VMA_MAPPED = { pageVmaMappedWalk, pageVmaMappedWalkDone } as const;

type PageVmaMappedFunctions = typeof PAGE_VMA_MAPPED;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends PageVmaMappedFunctions {}
}
