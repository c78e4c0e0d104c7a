/**
 * The reverse map: from a folio to the entries that map it.
 */
import type { Ptep, PteWord, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Folio, Machine } from '@racewalk/machine';

/** One place where a folio is, or may be, mapped. */
export interface MappedAt {
  readonly vma: Vma;
  readonly ptep: Ptep;
  /** The entry, read under the page-table lock, which is held. */
  readonly pte: PteWord;
}

/** Visits one mapping; true goes on, false ends the walk. */
export type RmapOne = (at: MappedAt) => Step<boolean>;

/**
 * Visit every present entry that maps a page of the folio, in the order in which the areas were made,
 * each under its page-table lock. The walk sees the areas that exist; an area that a race moves or
 * fills while the walk is under way is seen or not, as in the kernel. @kernel rmap_walk
 */
export function* rmapWalk(
  m: Machine,
  folio: Folio,
  visit: RmapOne,
  among: readonly Vma[] = m.world.vmas,
): Step<void> {
  for (const vma of among) {
    for (const ptep of vma.table.entries) {
      if (ptep.vpn < vma.start || ptep.vpn >= vma.end) continue;
      yield* m.pteOffsetMapLock(ptep.table);
      const pte = yield* m.pte.ptepGet(ptep);
      const mapped = m.v.ptePresent(pte) && m.world.frames.at(m.v.ptePfn(pte))?.folio === folio;
      const goOn = mapped ? yield* visit({ vma, ptep, pte }) : true;
      yield* m.pteUnmapUnlock(ptep.table);
      if (!goOn) return;
    }
  }
}

/** What stands in the kernel's table. */
export const RMAP = { rmapWalk } as const;

type RmapFunctions = typeof RMAP;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends RmapFunctions {}
}
