/** Reclaim of what was isolated, and what becomes of the rest. (mm/vmscan.c, Linux 6.12) */
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';

/**
 * Reclaim the folios, or put them back on the lists: then the reference of their isolation goes. Returns how many pages are
 * free now. @kernel shrink_inactive_list
 */
export function* shrinkInactiveList(m: Machine, folios: readonly Folio[]): Step<number> {
  const folioList = [...folios];
  const nrReclaimed = yield* m.k.shrinkFolioList(folioList);
  // move_folios_to_lru() and free_unref_folios().
  for (const { frames } of folioList) if (frames[0] !== undefined) yield* m.k.folioPut(frames[0]);
  return nrReclaimed;
}

/** Functions that others call by name. */
export const SHRINK_INACTIVE_LIST = { shrinkInactiveList } as const;

type ShrinkInactiveListFunctions = typeof SHRINK_INACTIVE_LIST;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends ShrinkInactiveListFunctions {}
}
