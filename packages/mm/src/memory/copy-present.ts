/** How fork copies entries that map pages: one, or a run of one folio. (mm/memory.c, Linux 6.12) */
import { addrOf, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type Frame, type Machine, noFrame } from '@racewalk/machine';

/** What a copy remembers from one entry to the next. */
export interface CopyProgress {
  /** Anonymous pages the child is to be charged for. */
  anonPages: number;
  /** Taken before the page-table locks, for a page that must be copied. */
  prealloc: Frame | null;
}

/** Write-protect the parent's entries if need be, and set the child's. @kernel __copy_present_ptes */
export function* __copyPresentPtes(
  m: Machine,
  dstVma: Vma,
  srcVma: Vma,
  dstPte: Ptep,
  srcPte: Ptep,
  orig: PteWord,
  nr: number,
): Step<void> {
  const { v } = m;
  let pte = orig;
  if (m.k.isCowMapping(srcVma) && v.pteWrite(pte)) {
    // Blocks that are covered whole stay folded; the invalidation is left to the end of fork.
    yield* m.pte.wrprotectPtes(srcVma.mm, addrOf(srcPte.vpn), srcPte, nr);
    pte = v.pteWrprotect(pte);
  }
  if (srcVma.shared) pte = v.pteMkclean(pte);
  pte = v.pteClearUffdWp(v.pteMkold(pte));
  yield* m.pte.setPtes(dstVma.mm, addrOf(dstPte.vpn), dstPte, pte, nr);
}

/** A device of the parent may be using the page, so the child gets a copy now. @kernel copy_present_page */
export function* copyPresentPage(
  m: Machine,
  dstVma: Vma,
  dstPte: Ptep,
  page: Frame,
  progress: CopyProgress,
): Step<boolean> {
  const fresh = progress.prealloc;
  if (fresh === null) return false;
  progress.prealloc = null;
  const { v } = m;
  yield* m.k.copyUserHighpage(fresh, page);
  yield* m.k.folioAddNewAnonRmap(fresh.folio);
  progress.anonPages++;
  const entry = v.pteMkyoung(v.pfnPte(fresh.pfn, v.mkProt({ ...dstVma.prot, write: false })));
  yield* m.pte.setPteAt(dstVma.mm, addrOf(dstPte.vpn), dstPte, v.pteMkwrite(v.pteMkdirty(entry)));
  return true;
}

/**
 * As many entries as map one folio in a row, at most `maxNr`: references, map counts and the child's charge are
 * added once, the parent is write-protected once, the child is set once. Returns how many, or 0 where a page has
 * to be allocated first. @kernel copy_present_ptes
 */
export function* copyPresentPtes(
  m: Machine,
  dstVma: Vma,
  srcVma: Vma,
  dstPte: Ptep,
  srcPte: Ptep,
  pte: PteWord,
  maxNr: number,
  progress: CopyProgress,
): Step<number> {
  const page = m.world.frames.at(m.v.ptePfn(pte));
  if (page === undefined) {
    throw noFrame(`${srcPte.name} maps a frame`);
  }
  const { folio } = page;
  if (progress.prealloc === null && maxNr !== 1 && folio.frames.length > 1) {
    // Soft-dirty tracking (VM_SOFTDIRTY clear) is not modelled for the area, so its mark has to agree.
    const flags = srcVma.shared ? { ignoreDirty: true } : {};
    const { nr, anyWritable } = yield* m.k.folioPteBatch(folio, srcPte, pte, maxNr, flags);
    yield* m.k.folioRefAdd(folio, nr);
    if (!(yield* m.k.folioTryDupAnonRmapPtes(folio, page, nr, srcVma))) {
      yield* m.k.folioPutRefs(folio, nr);
      return 0;
    }
    progress.anonPages += nr;
    const first = anyWritable ? m.v.pteMkwrite(pte) : pte;
    yield* m.k.__copyPresentPtes(dstVma, srcVma, dstPte, srcPte, first, nr);
    return nr;
  }
  yield* m.k.folioRefAdd(folio, 1);
  if (!(yield* m.k.folioTryDupAnonRmapPtes(folio, page, 1, srcVma))) {
    yield* m.k.folioPutRefs(folio, 1);
    return (yield* m.k.copyPresentPage(dstVma, dstPte, page, progress)) ? 1 : 0;
  }
  progress.anonPages++;
  yield* m.k.__copyPresentPtes(dstVma, srcVma, dstPte, srcPte, pte, 1);
  return 1;
}

/** Functions that others call by name. */
export const COPY_PRESENT = { __copyPresentPtes, copyPresentPage, copyPresentPtes } as const;

type CopyPresentFunctions = typeof COPY_PRESENT;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends CopyPresentFunctions {}
}
