/** The fault that brings a page back, as far as it reads the entry before it has the lock. */

import type { Ptep, PteWord } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
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

/** Whether an entry read without the lock stands there now, and so is no mixture. @kernel pte_unmap_same */
export function* pteUnmapSame(m: Machine, ptep: Ptep, orig: PteWord): Step<boolean> {
  yield* m.pteOffsetMapLock(ptep.table);
  const same = m.v.pteSame(yield* m.pte.ptepGet(ptep), orig);
  yield* m.pteUnmapUnlock(ptep.table);
  return same;
}
