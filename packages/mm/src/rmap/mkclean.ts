/**
 * Making every mapping of a folio clean and read-only, so that the next store faults and is known. (mm/rmap.c,
 * Linux 6.12)
 */
import { type NotifierRange, type Vaddr, type Vma, vpnOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { defineFolioVmaWalk, type PageVmaMappedWalk, PVMW_SYNC } from './page-vma-mapped.js';
import { folioMapping } from './rmap-walk.js';

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
    const { address, pte } = pvmw;
    if (!m.v.pteDirty(pvmw.pteval) && !m.v.pteWrite(pvmw.pteval)) continue;
    // Empty and flush it before it is set again: no CPU may keep storing through the old permission.
    const entry = yield* m.pte.ptepClearFlush(vma, address, pte);
    yield* m.pte.setPteAt(mm, address, pte, m.v.pteMkclean(m.v.pteWrprotect(entry)));
    cleaned++;
  }
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  return cleaned;
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
export const MKCLEAN = { pageVmaMkcleanOne, pageMkcleanOne, folioMkclean } as const;

type MkcleanFunctions = typeof MKCLEAN;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MkcleanFunctions {}
}
