import type { Ptep, PteWord, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { deviceExclusiveEntry, vmNormalPage } from './entries.js';

/**
 * Whether an entry belongs to the page: it maps it, or keeps its place while a device has it. Who walks
 * must be prepared for both. @kernel check_pte
 */
export function checkPte(m: Machine, pte: PteWord, page: Frame): boolean {
  const entry = deviceExclusiveEntry(m, pte);
  return entry !== null ? entry.offset === page.pfn : vmNormalPage(m, pte) === page;
}

/**
 * Visit the entry at `ptep` if it belongs to the page (`null`: in any case), under the page-table lock.
 * @kernel page_vma_mapped_walk
 */
export function* pageVmaMappedWalk(
  m: Machine,
  _vma: Vma,
  ptep: Ptep,
  page: Frame | null,
  visit: (pte: PteWord) => Step<void>,
): Step<void> {
  yield* m.pteOffsetMapLock(ptep.table);
  const pte = yield* m.pte.ptepGet(ptep);
  if (page === null || checkPte(m, pte, page)) yield* visit(pte);
  yield* m.pteUnmapUnlock(ptep.table);
}
