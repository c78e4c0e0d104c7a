/** Device-exclusive entries as operations see them. */

import type { PteWord, SwpEntry } from '@racewalk/core';
import type { Frame, Machine } from '@racewalk/machine';

/** The page a swap entry names. @kernel pfn_swap_entry_to_page */
export function pfnSwapEntryToPage(m: Machine, { offset }: SwpEntry): Frame {
  const frame = m.world.frames.at(offset);
  if (frame === undefined)
    throw new RangeError(`a swap entry names frame ${offset}, which belongs to nobody`);
  return frame;
}

/**
 * The device-exclusive entry an entry of a table holds, or null. Only a swap entry has a type: what is
 * empty or present must not be decoded.
 */
export function deviceExclusiveEntry(m: Machine, pte: PteWord): SwpEntry | null {
  const { swap } = m.arch;
  if (!swap.isSwapPte(pte)) return null;
  const entry = swap.pteToSwpEntry(pte);
  return swap.isDeviceExclusiveEntry(entry) ? entry : null;
}

/** The page a present entry maps, or null. @kernel vm_normal_page */
export function vmNormalPage(m: Machine, pte: PteWord): Frame | null {
  return m.v.ptePresent(pte) ? (m.world.frames.at(m.v.ptePfn(pte)) ?? null) : null;
}
