import { addrOf, PTE_ZERO, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Folio, Frame, Machine } from '@racewalk/machine';

/** The entry a fault makes for a new page: writable, written, used. */
export function freshPte(m: Machine, vma: Vma, frame: Frame): PteWord {
  const { v } = m;
  return v.pteMkdirty(v.pteMkyoung(v.pteMkwrite(v.pfnPte(frame.pfn, v.mkProt(vma.prot)))));
}

/** The only page of a folio. */
export function onlyPage(folio: Folio): Frame {
  const frame = folio.frames[0];
  if (frame === undefined) throw new RangeError(`${folio.name} has no page`);
  return frame;
}

/**
 * Map a page if the entry is still what the fault found there. Nothing is flushed: an entry that is not
 * present was never cached. Answers whether it mapped one.
 */
export function* mapIfSame(m: Machine, vma: Vma, ptep: Ptep, found: PteWord, folio: Folio): Step<boolean> {
  yield* m.pteOffsetMapLock(ptep.table);
  const same = m.v.pteSame(yield* m.pte.ptepGet(ptep), found);
  if (same) {
    yield* m.k.folioAddRmap(folio);
    yield* m.pte.setPteAt(vma.mm, addrOf(ptep.vpn), ptep, freshPte(m, vma, onlyPage(folio)));
  }
  yield* m.pteUnmapUnlock(ptep.table);
  return same;
}

/** A fault on an empty entry maps a new page. @kernel do_anonymous_page */
export function doAnonymousPage(m: Machine, vma: Vma, ptep: Ptep, folio: Folio): Step<boolean> {
  return mapIfSame(m, vma, ptep, PTE_ZERO, folio);
}
