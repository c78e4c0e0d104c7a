/**
 * Emptying entries of a folded block. A whole address space going away (`full`) need not unfold: its
 * caller promises to empty every entry of the block before the next invalidation.
 */
import { type Ptep, ptepAdd } from '../ops/handles.js';
import type { PteWord } from '../pte/word.js';
import { fence } from '../step/primitives.js';
import type { Step } from '../step/step.js';
import { blockAround, type Contpte, pteValidCont, withAccessFlags } from './block.js';
import { __ptepGet, __ptepGetAndClear, __ptepSetAccessFlagsNotlbi } from './entry.js';
import { contpteTryUnfold, contpteTryUnfoldPartial } from './fold.js';
import { contptePtepGet } from './gather.js';

/** By a compare-and-exchange loop that only ever adds: the hardware may be setting flags of its own there. */
export function* stash(c: Contpte, ptep: Ptep, seen: PteWord, flags: PteWord): Step<void> {
  yield* __ptepSetAccessFlagsNotlbi(c, ptep, withAccessFlags(c.m, seen, flags), seen);
}

/**
 * Empty one entry of a folded block and leave the rest folded. What the entry knew is stashed in the
 * last entry that is still valid, and what the others know is returned with it; so whichever order the
 * caller empties them in, each call reports the flags of the whole block. (Thread of November 2023.)
 * @kernel contpte_ptep_get_and_clear_full
 */
export function* contptePtepGetAndClearFull(c: Contpte, ptep: Ptep): Step<PteWord> {
  const { m } = c;
  const orig = yield* __ptepGetAndClear(m, ptep);
  // Not in the proposal: xchg_relaxed() lets the reads below come before others see this entry empty.
  yield* fence({ op: 'smp_mb' });
  if (!m.v.pteDirty(orig) && !m.v.pteYoung(orig)) return yield* contptePtepGet(m, ptep, orig);
  // From the top: the kernel empties from low to high, so the flags move once, not with every call.
  for (const p of blockAround(m, ptep).toReversed()) {
    if (p === ptep) continue;
    const pte = yield* __ptepGet(m, p);
    if (!m.v.pteValid(pte)) continue;
    yield* c.stash(p, pte, orig);
    return yield* contptePtepGet(m, ptep, orig);
  }
  return orig;
}

/** Empty one entry; `full` as above. @kernel ptep_get_and_clear_full */
export function* getAndClearFull(c: Contpte, ptep: Ptep, full: boolean): Step<PteWord> {
  const orig = yield* __ptepGet(c.m, ptep);
  if (pteValidCont(c.m.v, orig)) {
    if (full) return yield* contptePtepGetAndClearFull(c, ptep);
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
