/** Swap entries of the races here. */

import type { PteWord } from '@racewalk/core';
import type { Machine } from '@racewalk/machine';

/** First slot of the swap device: where the first folio goes. */
const FIRST_SLOT = 0x10;

/** The swap entry of a slot. */
export function swapPte(m: Machine, slot: number, type = 1): PteWord {
  return m.arch.swap.swpEntryToPte({ type, offset: FIRST_SLOT + slot });
}

/** The slot in a swapped-out entry, or -1. */
export function slotOf(m: Machine, pte: PteWord): number {
  return m.arch.swap.isSwapPte(pte) ? m.arch.swap.pteToSwpEntry(pte).offset - FIRST_SLOT : -1;
}
