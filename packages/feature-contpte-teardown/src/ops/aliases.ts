/** Entries that map nothing, and what their bits would mean if they were taken for flags. */
import type { ArchPlugin, PteWord } from '@racewalk/core';

const LEAVES_FLAGS_ALONE =
  'the bits of a swap entry or marker are never those of the access flag or the dirty state';

/** A swap entry whose offset reads as dirty, or null where no offset does. */
export function dirtyLookingSwap(arch: ArchPlugin): PteWord | null {
  const [lo, hi] = arch.layout.swap.offset;
  for (let bit = 0; bit <= Math.min(hi - lo, 49); bit++) {
    const pte = arch.swap.swpEntryToPte({ type: 1, offset: 2 ** bit });
    if (!arch.values.ptePresent(pte) && arch.values.pteDirty(pte)) return pte;
  }
  return null;
}

/** The marker of a poisoned page. */
export const poisonMarker = (arch: ArchPlugin): PteWord => arch.swap.makePteMarker(2);

/** Why the bits of a non-present entry cannot be taken for flags, or null where they can. */
export function noAliases(arch: ArchPlugin): string | null {
  const marker = poisonMarker(arch);
  const flags = arch.values.pteDirty(marker) || arch.values.pteYoung(marker) || dirtyLookingSwap(arch);
  return flags ? null : LEAVES_FLAGS_ALONE;
}
