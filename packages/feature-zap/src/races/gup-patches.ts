/** What lockless walkers of these races leave out. */
import { nothing, type Patch, reachTable } from '@racewalk/machine';
import { pinned } from '@racewalk/mm';

/** Interrupts stay on. */
export const IRQS_ON = { localIrqSave: nothing, localIrqRestore: nothing } as const satisfies Patch;

/** The reference is taken whatever the count is. */
export const EVEN_IF_ZERO: Patch = {
  *tryGetFolio(m, page) {
    yield* m.k.folioGet(page);
    return page.folio;
  },
};

/** Nothing is read again once the reference is held. */
export const NO_RECHECK: Patch = {
  *gupFastPteRange(m, _pmd, _pmdp, ptep, flags) {
    yield* reachTable(m, ptep.table, 'gup_fast');
    const pte = yield* m.pte.ptepGetLockless(ptep);
    if (!m.k.pteAccessPermitted(pte, false)) return null;
    yield* m.obtained(ptep, pte);
    const page = m.world.frames.at(m.v.ptePfn(pte));
    if (page === undefined || (yield* m.k.tryGrabFolioFast(page, 1, flags)) === null) return null;
    yield* pinned(m, page);
    return page;
  },
};
