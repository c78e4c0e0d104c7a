/** When a block is folded and unfolded. */
import { type Ptep, ptepAdd } from '../ops/handles.js';
import type { PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import { type Contpte, pteShape, pteValidCont, siblingsOf } from './block.js';
import { __ptepGet } from './entry.js';

/** Unfold the block around `ptep` if `pte`, read from there, says that it is folded. @kernel contpte_try_unfold */
export function* contpteTryUnfold(c: Contpte, ptep: Ptep, pte: PteWord): Step<void> {
  if (pteValidCont(c.m.v, pte)) yield* c.contpteConvert(ptep, c.m.v.pteMknoncont(pte));
}

/** Unfold the blocks that a range covers only in part. @kernel contpte_try_unfold_partial */
export function* contpteTryUnfoldPartial(c: Contpte, ptep: Ptep, nr: number): Step<void> {
  const n = c.m.contPtes;
  if (ptep.vpn % n !== 0 || nr < n) yield* contpteTryUnfold(c, ptep, yield* __ptepGet(c.m, ptep));
  if ((ptep.vpn + nr) % n !== 0) {
    const last = ptepAdd(ptep, nr - 1);
    yield* contpteTryUnfold(c, last, yield* __ptepGet(c.m, last));
  }
}

/**
 * Fold the block that `pte` at `ptep` has just completed, if it qualifies: set from low to high, so only
 * the last entry is tried; address and frame aligned alike; every entry valid, next frame in order,
 * same permissions; one folio, because flags are kept for the block and not for its pages.
 *
 * @kernel contpte_try_fold
 */
export function* contpteTryFold(c: Contpte, ptep: Ptep, pte: PteWord): Step<void> {
  const { m } = c;
  const n = m.contPtes;
  const last = n > 1 && ptep.vpn % n === n - 1 && m.v.ptePfn(pte) % n === n - 1;
  if (!last || !m.v.pteValid(pte) || m.v.pteCont(pte) || m.v.pteSpecial(pte)) return;
  if (!m.isOneFolio(m.v.ptePfn(pte) - (n - 1), n)) return;
  const siblings = siblingsOf(m, ptep);
  if (siblings.length !== n - 1) return;
  const shape = pteShape(m.v, pte);
  for (const sibling of siblings) {
    const expected = m.v.pteAdvancePfn(shape, sibling.index - ptep.index);
    if (pteShape(m.v, yield* __ptepGet(m, sibling)) !== expected) return;
  }
  yield* c.contpteConvert(ptep, m.v.pteMkcont(pte));
}
