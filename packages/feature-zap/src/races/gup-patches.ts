/** What lockless walkers of these races leave out. */
import { nothing, type Patch } from '@racewalk/machine';

/** Interrupts stay on. */
export const IRQS_ON = { localIrqSave: nothing, localIrqRestore: nothing } as const satisfies Patch;

/** The reference is taken whatever the count is. */
export const EVEN_IF_ZERO: Patch = {
  *tryGetFolio(m, page) {
    yield* m.k.folioGet(page);
    return page.folio;
  },
};

/** What is read again once the reference is held counts as unchanged. */
export const NO_RECHECK: Patch = {
  pteSame: (m, a, b) => m.calls.isIn('gupFastPteRange') || m.v.pteSame(a, b),
};
