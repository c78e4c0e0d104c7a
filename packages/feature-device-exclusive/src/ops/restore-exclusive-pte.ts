import { addrOf, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { updateMmuCache } from './areas.js';
import { getPage, mlockVmaPage } from './page-lock.js';
import { pageAddAnonRmap } from './rmap.js';

/** Write permission if the area has it. @kernel maybe_mkwrite */
export function maybeMkwrite(m: Machine, pte: PteWord, vma: Vma): PteWord {
  return vma.prot.write ? m.v.pteMkwrite(pte) : pte;
}

/** An entry for the page with what the area permits but writing, which takes a fault. @kernel mk_pte */
export function mkPte(m: Machine, page: Frame, vma: Vma): PteWord {
  return m.v.pfnPte(page.pfn, m.v.mkProt({ ...vma.prot, write: false }));
}

/**
 * What a device-exclusive entry becomes: old, writable and dirty if the entry says so and the area still
 * allows it, with the marks the entry has carried. Write-protected for userfaultfd stays so.
 */
export function restoredPte(m: Machine, vma: Vma, page: Frame, swp: PteWord): PteWord {
  const { v } = m;
  const { swap } = m.arch;
  let pte = v.pteMkold(mkPte(m, page, vma));
  if (swap.pteSwpSoftDirty(swp)) pte = v.pteMksoftDirty(pte);
  if (swap.pteSwpUffdWp(swp)) return v.pteMkuffdWp(pte);
  // The device may have written: nobody but this entry knows.
  if (swap.isWritableDeviceExclusiveEntry(swap.pteToSwpEntry(swp))) {
    pte = maybeMkwrite(m, v.pteMkdirty(pte), vma);
  }
  return pte;
}

/** Where a mutant differs. */
export interface RestoreOptions {
  /** What the entry becomes. Default {@link restoredPte}. */
  readonly restored?: typeof restoredPte;
  /** Take a reference for the mapping. Default false: the entry's passes to it. */
  readonly takesReference?: boolean;
}

/**
 * Make a device-exclusive entry present again. The page-table lock and the page's lock are held; secondary
 * MMUs have been told. The reference stays: it passes from the swap entry to the mapping, and so does the
 * place in the resident set. Nothing is invalidated, because what is not present is not cached.
 *
 * @kernel restore_exclusive_pte
 */
export function* restoreExclusivePte(
  m: Machine,
  vma: Vma,
  page: Frame,
  address: number,
  ptep: Ptep,
  swp: PteWord,
  { restored = restoredPte, takesReference = false }: RestoreOptions = {},
): Step<void> {
  const pte = restored(m, vma, page, swp);
  yield* m.pte.setPteAt(vma.mm, addrOf(address), ptep, pte);
  if (takesReference) yield* getPage(m, page);
  yield* pageAddAnonRmap(m, page);
  if (vma.flags.locked === true) yield* mlockVmaPage(page);
  yield* updateMmuCache(vma, address, pte);
}
