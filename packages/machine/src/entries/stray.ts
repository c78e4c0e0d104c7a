/** Entries that map what is not there. */
import { hasLeafBits, hex, type Ptep, type PteWord, pageForm } from '@racewalk/core';
import type { World } from '../world/types.js';

/**
 * Why the entry at `ptep` cannot map what it maps, or null: there is no such frame, and nothing says that it maps one without
 * a page (special, device memory, an area of VM_PFNMAP).
 */
export function strayAt(w: World, ptep: Ptep, pte: PteWord): string | null {
  const { layout, values } = w.arch;
  const upper = ptep.table.level !== undefined;
  if (upper && !hasLeafBits(layout, pte)) return null;
  const page = upper ? pageForm(layout, pte) : pte;
  if (!values.ptePresent(page) || values.pteSpecial(page) || values.pteDevmap(page)) return null;
  const pfn = values.ptePfn(page);
  if (w.frames.at(pfn) !== undefined) return null;
  if (w.vmas.some((vma) => vma.table === ptep.table && vma.flags.pfnmap === true)) return null;
  return `there is no frame ${hex(pfn)}`;
}
