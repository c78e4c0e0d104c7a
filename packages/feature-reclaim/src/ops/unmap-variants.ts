/** Unmaps as one might write them. */
import type { PteWord, Vaddr, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine, Patch } from '@racewalk/machine';
import { defineFolioVmaWalk, type Folio } from '@racewalk/mm';

/** What the entry said before it was emptied is believed. */
export const DIRTY_BEFORE_CLEAR: Patch = {
  *ptepClearFlush(m, vma, addr, ptep) {
    const pte = yield* m.pte.ptepGet(ptep);
    yield* m.pte.ptepClearFlush(vma, addr, ptep);
    return pte;
  },
  *ptepGetAndClear(m, mm, addr, ptep) {
    const pte = yield* m.pte.ptepGet(ptep);
    yield* m.pte.ptepGetAndClear(mm, addr, ptep);
    return pte;
  },
};

/** A lazily freed page is dropped whether or not somebody wrote to it. */
export const DIRTY_UNCHECKED: Patch = {
  // biome-ignore lint/correctness/useYield: nothing is looked at
  *folioTestDirty() {
    return false;
  },
};

/** Until Linux 5.17: nobody looks whether the page is in use (before 6c8e2a256915). */
export const REFS_UNCHECKED: Patch = {
  *folioRefCount(m, folio) {
    return 1 + (yield* m.k.folioMapcount(folio));
  },
};

/** Dirty is looked at before the references are: the holder of one may have written and dropped it in between. */
export const DIRTY_BEFORE_REFS: Patch = {
  *folioRefCount(m, folio) {
    const dirty = yield* m.k.folioTestDirty(folio);
    const refs = yield* m.k.folioRefCount(folio);
    return dirty ? -1 : refs;
  },
  *folioTestDirty(m, folio) {
    return m.calls.isIn('folioRefCount') && (yield* m.k.folioTestDirty(folio));
  },
};

/**
 * References are counted while the entry can still be found. Of a lazily freed page only.
 * @kernel try_to_unmap_one (counts before it clears)
 */
export function* refsBeforeClear(m: Machine, folio: Folio, vma: Vma, address: Vaddr): Step<boolean> {
  const { mm } = vma;
  const pvmw = defineFolioVmaWalk(folio, vma, address, 0);
  while (yield* m.k.pageVmaMappedWalk(pvmw)) {
    const unused = (yield* m.k.folioRefCount(folio)) === 1 + (yield* m.k.folioMapcount(folio));
    const pteval: PteWord = yield* m.pte.ptepGetAndClear(mm, pvmw.address, pvmw.pte);
    yield* m.k.setTlbUbcFlushPending(mm, pteval, pvmw.address);
    if (m.v.pteDirty(pteval)) yield* m.k.folioMarkDirty(folio);
    if (!unused || (yield* m.k.folioTestDirty(folio))) {
      yield* m.pte.setPteAt(mm, pvmw.address, pvmw.pte, pteval);
      yield* m.k.pageVmaMappedWalkDone(pvmw);
      return false;
    }
    for (const page of folio.frames) {
      yield* m.k.folioRemoveRmapPte(page);
      yield* m.k.folioPut(page);
    }
  }
  return true;
}
