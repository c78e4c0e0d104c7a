/** Entries that keep the place of a page, as operations see them. (include/linux/swapops.h) */
import type { PteWord, SwpEntry } from '@racewalk/core';
import { type Frame, type Machine, noFrame } from '@racewalk/machine';

/** The page a swap entry names. @kernel pfn_swap_entry_to_page */
export function pfnSwapEntryToPage(m: Machine, { offset }: SwpEntry): Frame {
  const frame = m.world.frames.at(offset);
  if (frame === undefined) throw noFrame(`a swap entry names frame ${offset}`);
  return frame;
}

/**
 * The device-exclusive entry an entry of a table holds, or null. Only a swap entry has a type: what is empty or
 * present must not be decoded.
 */
export function deviceExclusiveEntry(m: Machine, pte: PteWord): SwpEntry | null {
  const { swap } = m.arch;
  if (!swap.isSwapPte(pte)) return null;
  const entry = swap.pteToSwpEntry(pte);
  return swap.isDeviceExclusiveEntry(entry) ? entry : null;
}

/** Functions that others call by name. */
export const SWAPOPS = { pfnSwapEntryToPage } as const;

type SwapopsFunctions = typeof SWAPOPS;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends SwapopsFunctions {}
}
