/** Ageing by the reverse map. (mm/rmap.c, Linux 6.12) */
import type { Vaddr, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { defineFolioVmaWalk } from './pvmw.js';

/**
 * Make the entries old that map the folio in one area; returns how many were young. Left out: huge and locked pages.
 * @kernel folio_referenced_one
 */
export function* folioReferencedOne(m: Machine, folio: Folio, vma: Vma, address: Vaddr): Step<number> {
  const pvmw = defineFolioVmaWalk(folio, vma, address, 0);
  let referenced = 0;
  while (yield* m.k.pageVmaMappedWalk(pvmw)) {
    // At worst a CPU goes on with a young translation, and one access is not seen: nobody waits for the flush everywhere.
    if (yield* m.pte.ptepClearFlushYoung(vma, pvmw.address, pvmw.pte)) referenced++;
  }
  return referenced;
}

/** Functions that others call by name. */
export const REFERENCED = { folioReferencedOne } as const;

type ReferencedFunctions = typeof REFERENCED;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends ReferencedFunctions {}
}
