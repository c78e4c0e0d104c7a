import type { PteWord, Vma } from '@racewalk/core';
import type { Frame, Machine } from '@racewalk/machine';
import type { Folio } from '@racewalk/mm';

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
