/**
 * Emptying entries of a folded block. A whole address space going away (`full`) need not unfold: its
 * caller promises to empty every entry of the block before the next invalidation.
 */
import { type EntryMachine, PTE_ZERO, type Ptep, type PteWord, ptepAdd } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { blockAround, type Contpte, withAccessFlags } from './block.js';
import { __ptepGet, __ptepGetAndClear, pteValidCont, setAccessFlagsNotlbi } from './entry.js';
import { contpteTryUnfold, contpteTryUnfoldPartial } from './fold.js';
import { contptePtepGet } from './gather.js';

/** Puts flags that an emptied entry had into an entry that is still valid. */
export type Stash = (m: EntryMachine, ptep: Ptep, seen: PteWord, flags: PteWord) => Step<void>;

/** A compare-and-exchange loop that only ever adds: the hardware may be setting flags of its own there. */
export const stashAtomically = (c: Contpte): Stash =>
  function* (m, ptep, seen, flags) {
    yield* setAccessFlagsNotlbi(c.flags)(m, ptep, withAccessFlags(m, seen, flags), seen);
  };

/**
 * Empty one entry of a folded block and leave the rest folded. What the entry knew is stashed in the
 * last entry that is still valid, and what the others know is returned with it; so whichever order the
 * caller empties them in, each call reports the flags of the whole block. (`ptep_get_and_clear_full`
 * thread, November 2023.)
 *
 * @kernel contpte_ptep_get_and_clear_full
 */
export function* contptePtepGetAndClearFull(m: EntryMachine, ptep: Ptep, stash: Stash): Step<PteWord> {
  const orig = yield* __ptepGetAndClear(m, ptep);
  if (!m.v.pteDirty(orig) && !m.v.pteYoung(orig)) return yield* contptePtepGet(m, ptep, orig);
  // From the top: the kernel empties from low to high, so the flags move once, not with every call.
  for (const p of blockAround(m, ptep).toReversed()) {
    if (p === ptep) continue;
    const pte = yield* __ptepGet(m, p);
    if (!m.v.pteValid(pte)) continue;
    yield* stash(m, p, pte, orig);
    return yield* contptePtepGet(m, ptep, orig);
  }
  return orig;
}

/** Empty one entry; `full` as above. @kernel ptep_get_and_clear_full */
export function* getAndClearFull(c: Contpte, ptep: Ptep, full: boolean): Step<PteWord> {
  const orig = yield* __ptepGet(c.m, ptep);
  if (pteValidCont(c.m.v, orig)) {
    if (full) return yield* contptePtepGetAndClearFull(c.m, ptep, stashAtomically(c));
    yield* contpteTryUnfold(c, ptep, orig);
  }
  return yield* __ptepGetAndClear(c.m, ptep);
}

/** Empty a run of entries; the flags of all come back with the first. @kernel contpte_get_and_clear_full_ptes */
export function* contpteGetAndClearFullPtes(c: Contpte, ptep: Ptep, nr: number): Step<PteWord> {
  yield* contpteTryUnfoldPartial(c, ptep, nr);
  let value = yield* __ptepGetAndClear(c.m, ptep);
  for (let i = 1; i < nr; i++) {
    value = withAccessFlags(c.m, value, yield* __ptepGetAndClear(c.m, ptepAdd(ptep, i)));
  }
  return value;
}

/** Empty one entry that nobody wants to know. @kernel pte_clear */
export function* contptePteClear(c: Contpte, ptep: Ptep): Step<void> {
  yield* contpteTryUnfold(c, ptep, yield* __ptepGet(c.m, ptep));
  yield* c.m.entries.writeOnce(ptep, PTE_ZERO);
}
