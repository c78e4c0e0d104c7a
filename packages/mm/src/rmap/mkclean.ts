/**
 * Making every mapping of a folio clean and read-only, so that the next store faults and is known. (mm/rmap.c,
 * Linux 6.12)
 */
import { addrOf, type Ptep, type Vaddr, type Vma, vpnOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine, NotifierRange } from '@racewalk/machine';
import type { Folio, FolioArea } from '../folio-table.js';
import { defineFolioVmaWalk, type PageVmaMappedWalk, PVMW_SYNC } from './pvmw.js';
import { folioMapping, vmaAddress } from './rmap-walk.js';

/** The entries of one area; returns how many were not clean and read-only. @kernel page_vma_mkclean_one */
export function* pageVmaMkcleanOne(m: Machine, pvmw: PageVmaMappedWalk): Step<number> {
  const { vma } = pvmw;
  const { mm } = vma;
  const range: NotifierRange = {
    event: 'protection-page',
    mm,
    start: vpnOf(pvmw.address),
    end: vpnOf(pvmw.end),
  };
  let cleaned = 0;
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  while (yield* m.k.pageVmaMappedWalk(pvmw)) {
    const { address, pte, pmd } = pvmw;
    if (pmd !== null) {
      if (yield* mkcleanPmd(m, vma, pmd)) cleaned++;
      continue;
    }
    if (!m.v.pteDirty(pvmw.pteval) && !m.v.pteWrite(pvmw.pteval)) continue;
    // Empty and flush it before it is set again: no CPU may keep storing through the old permission.
    const entry = yield* m.pte.ptepClearFlush(vma, address, pte);
    yield* m.pte.setPteAt(mm, address, pte, m.v.pteMkclean(m.v.pteWrprotect(entry)));
    cleaned++;
  }
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  return cleaned;
}

/** A huge page; `pmd_lock` is held. True if it was not clean and read-only. */
function* mkcleanPmd(m: Machine, vma: Vma, pmdp: Ptep): Step<boolean> {
  const { p } = m;
  const look = yield* m.pmd.pmdpGet(pmdp);
  if (!p.pmdDirty(look) && !p.pmdWrite(look)) return false;
  const entry = yield* m.pmd.pmdpInvalidate(vma, addrOf(vma.start), pmdp);
  yield* m.pmd.setPmdAt(vma.mm, addrOf(vma.start), pmdp, p.pmdMkclean(p.pmdWrprotect(entry)));
  return true;
}

/** Whether the area maps any page of the folio: what a look-up of the interval tree for a range finds. */
export function mapsAnyOf(_m: Machine, folio: Folio, { vma, start }: FolioArea): boolean {
  return start < vma.end && start + folio.frames.length > vma.start;
}

/** The pages of a file's entry in one area, whatever the size of their mappings. @kernel pfn_mkclean_range */
export function* pfnMkcleanRange(m: Machine, folio: Folio, { vma }: FolioArea): Step<number> {
  return yield* m.k.pageVmaMkcleanOne(defineFolioVmaWalk(folio, vma, vmaAddress(folio, vma), PVMW_SYNC));
}

/**
 * Make every mapping of an entry of a DAX file clean and read-only; the index does not say dirty afterwards, so
 * each mapping that overlaps the entry counts, whatever its size. @kernel dax_entry_mkclean
 */
export function* daxEntryMkclean(m: Machine, folio: Folio): Step<void> {
  const mapping = folioMapping(folio);
  if (mapping === null) return;
  yield* m.k.iMmapLockRead(mapping);
  for (const area of folio.areas) if (m.k.mapsAnyOf(folio, area)) yield* m.k.pfnMkcleanRange(folio, area);
  yield* m.k.iMmapUnlockRead(mapping);
}

/** @kernel page_mkclean_one */
export function* pageMkcleanOne(m: Machine, folio: Folio, vma: Vma, address: Vaddr): Step<number> {
  return yield* m.k.pageVmaMkcleanOne(defineFolioVmaWalk(folio, vma, address, PVMW_SYNC));
}

/** All areas; returns whether there was anything to clean. The folio is locked. @kernel folio_mkclean */
export function* folioMkclean(m: Machine, folio: Folio): Step<boolean> {
  if (!(yield* m.k.folioMapped(folio))) return false;
  if (folioMapping(folio) === null) return false;
  let cleaned = 0;
  yield* m.k.rmapWalk(folio, {
    *rmapOne(page, vma, address) {
      cleaned += yield* m.k.pageMkcleanOne(page, vma, address);
      return true;
    },
    // Private mappings are not written back.
    invalidVma: (vma) => !vma.shared,
  });
  return cleaned > 0;
}

/** Functions that others call by name. */
export const MKCLEAN = {
  pageVmaMkcleanOne,
  mapsAnyOf,
  pfnMkcleanRange,
  daxEntryMkclean,
  pageMkcleanOne,
  folioMkclean,
} as const;

type MkcleanFunctions = typeof MKCLEAN;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MkcleanFunctions {}
}
