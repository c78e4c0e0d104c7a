import { type Ptep, ptepAdd } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Contpte } from './block.js';
import { __ptepSetWrprotect } from './entry.js';
import { contpteTryUnfoldPartial } from './fold.js';

/**
 * Write-protect a run of entries. A block covered in part is unfolded first: once the invalidation is
 * complete, all its entries must permit the same. A block covered whole stays folded; until the
 * caller's invalidation its pages may be writable or not, and afterwards they are not.
 *
 * @kernel contpte_wrprotect_ptes
 */
export function* contpteWrprotectPtes(
  c: Contpte,
  ptep: Ptep,
  nr: number,
  protect = __ptepSetWrprotect,
): Step<void> {
  yield* contpteTryUnfoldPartial(c, ptep, nr);
  for (let i = 0; i < nr; i++) yield* protect(c.m, ptepAdd(ptep, i));
}
