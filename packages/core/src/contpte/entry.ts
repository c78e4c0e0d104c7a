import { entryChange } from '../ops/entry-change.js';
import type { EntryMachine } from '../ops/entry-machine.js';
import type { Ptep } from '../ops/handles.js';
import type { Cydp } from '../ops/pte-ops.js';
import { PTE_ZERO, type PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import type { Contpte } from './block.js';

/**
 * Operations on one entry, contiguous or not: what the kernel calls `__ptep_*`. The hardware may update the entry
 * between any two steps, so every change of a live entry is an exchange or a compare-and-exchange loop.
 */
/** Read one entry as it stands. @kernel __ptep_get */
export function* __ptepGet(m: EntryMachine, ptep: Ptep): Step<PteWord> {
  return yield* m.entries.readOnce(ptep);
}

/** Empty one entry and return it, in one step. @kernel __ptep_get_and_clear */
export function* __ptepGetAndClear(m: EntryMachine, ptep: Ptep): Step<PteWord> {
  return yield* m.entries.xchg(ptep, PTE_ZERO);
}

/** Make one entry old; returns whether it was young. @kernel __ptep_test_and_clear_young */
export function* __ptepTestAndClearYoung(m: EntryMachine, ptep: Ptep): Step<boolean> {
  // Whoever calls it has seen a present entry under the page-table lock: the kernel does not ask again.
  return m.v.pteYoung(yield* entryChange(m, ptep, m.v.pteMkold));
}

/** Take write permission away, the hardware's dirty record kept. @kernel __ptep_set_wrprotect */
export function* __ptepSetWrprotect(m: EntryMachine, ptep: Ptep): Step<void> {
  yield* entryChange(m, ptep, m.v.pteWrprotect);
}

/** Add access flags to one entry by a compare-and-exchange loop. No flush. @kernel __ptep_set_access_flags_notlbi */
export function* __ptepSetAccessFlagsNotlbi(
  { m, flags }: Contpte,
  ptep: Ptep,
  entry: PteWord,
  first?: PteWord,
): Step<boolean> {
  const pte = first ?? (yield* __ptepGet(m, ptep));
  if (pte === entry) return false;
  yield* entryChange(m, ptep, (now) => flags.morePermissive(now, entry), pte);
  return true;
}

/** Make one entry old, clean, or both. @kernel __clear_young_dirty_pte */
export function* __clearYoungDirtyPte(m: EntryMachine, ptep: Ptep, flags: Cydp): Step<void> {
  const { v } = m;
  const change = (pte: PteWord) => {
    const aged = flags.young ? v.pteMkold(pte) : pte;
    return flags.dirty ? v.pteMkclean(aged) : aged;
  };
  if (flags.young && flags.dirty) {
    // Both records are thrown away, so an update that comes in between may go with them.
    const pte = yield* __ptepGet(m, ptep);
    yield* m.entries.writeOnce(ptep, change(pte));
  } else {
    yield* entryChange(m, ptep, change);
  }
}
