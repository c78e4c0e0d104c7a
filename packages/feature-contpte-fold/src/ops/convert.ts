/**
 * Rewriting a block between folded and single entries, spelled out so that its steps can be left out.
 * What an architecture does by itself goes through its `PteOps`.
 */

import { PTE_ZERO, type PteWord } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { type Mapping, rangeOf } from '../setup.js';

/** Changes the mark of an entry: `pteMkcont` or `pteMknoncont`. */
export type Mark = (m: Machine, pte: PteWord) => PteWord;

/** To be part of a block. */
export const markFolded: Mark = (m, pte) => m.v.pteMkcont(pte);

/** To stand alone. */
export const markSingle: Mark = (m, pte) => m.v.pteMknoncont(pte);

/** Change the mark of every live entry where it stands: no break. */
export function* convertInPlace(m: Machine, s: Mapping, mark: Mark): Step<void> {
  for (const ptep of s.entries) {
    yield* m.entries.update(ptep, (pte) => (m.v.pteValid(pte) ? mark(m, pte) : pte), 'convert');
  }
}

/** Break before make, with the flags taken from a look before the break instead of the break itself. */
export function* convertFromLook(m: Machine, s: Mapping, mark: Mark): Step<void> {
  const seen: PteWord[] = [];
  for (const ptep of s.entries) seen.push(yield* m.entries.readOnce(ptep, 'convert'));
  for (const ptep of s.entries) yield* m.entries.writeOnce(ptep, PTE_ZERO, 'convert');
  const { start, end } = rangeOf(s);
  yield* m.tlb.flushTlbRange(s.vma, start, end);
  for (const [i, ptep] of s.entries.entries()) {
    const pte = seen[i]!;
    yield* m.entries.writeOnce(ptep, m.v.pteValid(pte) ? mark(m, pte) : pte, 'convert');
  }
}
