/** Unmaps as one might write them. */
import type { Patch } from '@racewalk/machine';

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

/** What an agent knows of the references before the entry is emptied. */
interface EarlyCount {
  refs?: number;
}

declare module '@racewalk/machine/kernel' {
  interface TaskStruct extends EarlyCount {}
}

/** References are counted while the entry can still be found. */
export const REFS_BEFORE_CLEAR: Patch = {
  *pageVmaMappedWalk(m, pvmw) {
    const found = yield* m.k.pageVmaMappedWalk(pvmw);
    const page = found ? m.k.vmNormalPage(pvmw.pteval) : null;
    if (page !== null) m.current.refs = yield* m.k.folioRefCount(page.folio);
    return found;
  },
  *folioRefCount(m, folio) {
    return m.current.refs ?? (yield* m.k.folioRefCount(folio));
  },
};
