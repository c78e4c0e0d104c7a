/** What operations ask of an area, and tell others about a part of it. */

import type { NotifierEvent, NotifierRange, PteWord, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';

/** A notification about pages `start` up to and without `end`. @kernel mmu_notifier_range_init_owner */
export function mmuNotifierRangeInit(
  event: NotifierEvent,
  vma: Vma,
  start: number,
  end: number = start + 1,
  owner?: string,
): NotifierRange {
  return { event, mm: vma.mm, start, end, ...(owner === undefined ? {} : { owner }) };
}

/**
 * Tell the MMU of a new entry where it wants to be told. None of the architectures here does: what is not
 * present, or not allowed, they look up again. @kernel update_mmu_cache
 */
export function* updateMmuCache(_vma: Vma, _address: number, _pte: PteWord): Step<void> {}
