/** From an entry to the page it maps. (mm/memory.c) */
import type { PteWord } from '@racewalk/core';
import type { Frame, Machine } from '@racewalk/machine';

/** The page a present entry maps, or null. @kernel vm_normal_page */
export function vmNormalPage(m: Machine, pte: PteWord): Frame | null {
  return m.v.ptePresent(pte) ? (m.world.frames.at(m.v.ptePfn(pte)) ?? null) : null;
}

/** Functions that others call by name. */
export const NORMAL_PAGE = { vmNormalPage } as const;

type NormalPageFunctions = typeof NORMAL_PAGE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends NormalPageFunctions {}
}
