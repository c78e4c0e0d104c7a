/** Small pages of a file make way for a huge one. (mm/khugepaged.c, Linux 6.12) */
import { addrOf, ptepOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine, NotifierRange } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';

/** Take the entries out that map small pages of the file. Secondary MMUs are told: they may have the pages. */
export function* clearMappedPtes(m: Machine, vma: Vma, folio: Folio): Step<void> {
  const { mm, start, end } = vma;
  const range: NotifierRange = { event: 'clear', mm, start, end };
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  yield* m.pteOffsetMapLock(vma.table);
  for (const page of folio.frames) {
    const vpn = start + page.index;
    yield* m.pte.ptepClearFlush(vma, addrOf(vpn), ptepOf(vma, vpn));
    yield* m.k.folioRemoveRmapPte(page);
  }
  yield* m.pteUnmapUnlock(vma.table);
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
}

/**
 * Take the small pages of `folio` out of an area of their file, and free them; then the tables of the file's areas are given
 * up. The mmap lock is held. Linux flushes once, with the table. @kernel collapse_file, collapse_pte_mapped_thp
 */
export function* collapsePteMappedThp(m: Machine, vma: Vma, folio: Folio): Step<void> {
  yield* m.k.clearMappedPtes(vma, folio);
  for (const page of folio.frames) yield* m.k.folioPut(page);
  if (vma.mapping !== null) yield* m.k.retractPageTables(vma.mapping);
}

/** Functions that others call by name. */
export const COLLAPSE_PTE_MAPPED_THP = { clearMappedPtes, collapsePteMappedThp } as const;

type CollapsePteMappedThpFunctions = typeof COLLAPSE_PTE_MAPPED_THP;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends CollapsePteMappedThpFunctions {}
}
