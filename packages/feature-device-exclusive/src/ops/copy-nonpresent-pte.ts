import { addrOf, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { deviceExclusiveEntry, pfnSwapEntryToPage, vmNormalPage } from './entries.js';
import { getPage, trylockPage, unlockPage } from './page-lock.js';
import { restoreExclusivePte } from './restore-exclusive-pte.js';
import { pageAddAnonRmap } from './rmap.js';

/** Two places of one fork: the same page of the parent's area and of the child's. */
export interface CopyPlace {
  readonly srcVma: Vma;
  readonly srcPte: Ptep;
  readonly dstVma: Vma;
  readonly dstPte: Ptep;
}

/** What copying one entry came to: copied; the entry is present now; its page is locked by somebody. */
export type Copied = 0 | 'ENOENT' | 'EBUSY';

/** Where a mutant differs. */
export interface CopyOptions {
  /** Copy a device-exclusive entry as it is. Default false: restore it in the parent. */
  readonly copyExclusive?: boolean;
}

/**
 * Restore the parent's entry before it is copied, if the page's lock is free. Secondary MMUs were told at
 * the start of the fork. @kernel try_restore_exclusive_pte (5.14)
 */
export function* tryRestoreExclusivePte(
  m: Machine,
  { srcVma, srcPte }: CopyPlace,
  pte: PteWord,
): Step<Copied> {
  const entry = deviceExclusiveEntry(m, pte);
  if (entry === null) return 0;
  const page = pfnSwapEntryToPage(m, entry);
  if (!(yield* trylockPage(m, page))) return 'EBUSY';
  yield* restoreExclusivePte(m, srcVma, page, srcPte.vpn, srcPte, pte);
  yield* unlockPage(m, page);
  return 'ENOENT';
}

/**
 * Copy what is not present. A device-exclusive entry is never copied: it is made present in the parent
 * (`ENOENT`: go on as with a present one), or the page is busy (`EBUSY`). Both page-table locks are held.
 * @kernel copy_nonpresent_pte (5.14, where all non-present entries are dealt with here)
 */
export function* copyNonpresentPte(
  m: Machine,
  place: CopyPlace,
  pte: PteWord,
  options: CopyOptions = {},
): Step<Copied> {
  const entry = deviceExclusiveEntry(m, pte);
  if (entry !== null && options.copyExclusive !== true) return yield* tryRestoreExclusivePte(m, place, pte);
  if (entry !== null) {
    yield* getPage(m, pfnSwapEntryToPage(m, entry));
    yield* m.k.addMmCounter(place.dstVma.mm, 1);
  }
  yield* m.pte.setPteAt(place.dstVma.mm, addrOf(place.dstPte.vpn), place.dstPte, pte);
  return 0;
}

/**
 * Share a present page: write permission is taken away on both sides, the child gets a reference and a
 * mapping. @kernel copy_present_pte
 */
export function* copyPresentPte(m: Machine, place: CopyPlace, pte: PteWord): Step<void> {
  const { srcVma, srcPte, dstVma, dstPte } = place;
  const page = vmNormalPage(m, pte);
  if (page === null) return;
  yield* getPage(m, page);
  yield* pageAddAnonRmap(m, page);
  yield* m.k.addMmCounter(dstVma.mm, 1);
  if (m.v.pteWrite(pte)) yield* m.pte.ptepSetWrprotect(srcVma.mm, addrOf(srcPte.vpn), srcPte);
  yield* m.pte.setPteAt(dstVma.mm, addrOf(dstPte.vpn), dstPte, m.v.pteMkold(m.v.pteWrprotect(pte)));
}
