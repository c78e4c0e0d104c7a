import { type Ptep, ptepAdd, type Step } from '@racewalk/core';
import { entrySetWrprotect } from '../entry-ops.js';
import type { Contpte } from './block.js';
import { tryUnfoldPartial } from './fold.js';

/**
 * Write-protect a run of entries. A block covered in part is unfolded first: once the invalidation is
 * complete, all its entries must permit the same. A block covered whole stays folded; until the
 * caller's invalidation its pages may be writable or not, and afterwards they are not.
 *
 * @kernel contpte_wrprotect_ptes
 */
export function* wrprotectPtes(
  c: Contpte,
  ptep: Ptep,
  nr: number,
  op: string,
  protect = entrySetWrprotect,
): Step<void> {
  yield* tryUnfoldPartial(c, ptep, nr, op);
  for (let i = 0; i < nr; i++) yield* protect(c.m, ptepAdd(ptep, i), op);
}
