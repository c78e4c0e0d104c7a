import { type Ptep, ptepAdd } from '../ops/handles.js';
import type { Step } from '../step/step.js';
import type { Contpte } from './block.js';
import { contpteTryUnfoldPartial } from './fold.js';

/**
 * Write-protect a run of entries. A block covered in part is unfolded first: once the invalidation is
 * complete, all its entries must permit the same. A block covered whole stays folded; until the
 * caller's invalidation its pages may be writable or not, and afterwards they are not.
 *
 * @kernel contpte_wrprotect_ptes
 */
export function* contpteWrprotectPtes(c: Contpte, ptep: Ptep, nr: number): Step<void> {
  yield* contpteTryUnfoldPartial(c, ptep, nr);
  for (let i = 0; i < nr; i++) yield* c.__ptepSetWrprotect(ptepAdd(ptep, i));
}
