/**
 * Rewriting a block between folded and single entries, spelled out so that its steps can be left out.
 * What an architecture does by itself goes through its `PteOps`.
 */

import { addrOf, PAGE_SIZE, PTE_ZERO, type Ptep, type PteWord } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/** Changes the mark of an entry: `pteMkcont` or `pteMknoncont`. */
export type Mark = (m: Machine, pte: PteWord) => PteWord;

/** To be part of a block. */
export const markFolded: Mark = (m, pte) => m.v.pteMkcont(pte);

/** To stand alone. */
export const markSingle: Mark = (m, pte) => m.v.pteMknoncont(pte);

/** Change the mark of every live entry where it stands: no break. */
export function* convertInPlace(m: Machine, block: readonly Ptep[], mark: Mark): Step<void> {
  for (const ptep of block) {
    yield* m.entries.update(ptep, (pte) => (m.v.pteValid(pte) ? mark(m, pte) : pte), 'convert');
  }
}

/** Break before make, with the flags taken from a look before the break instead of the break itself. */
export function* convertFromLook(m: Machine, block: readonly Ptep[], mark: Mark): Step<void> {
  const seen: PteWord[] = [];
  for (const ptep of block) seen.push(yield* m.entries.readOnce(ptep, 'convert'));
  for (const ptep of block) yield* m.entries.writeOnce(ptep, PTE_ZERO, 'convert');
  const [first] = block;
  if (first === undefined) return;
  const start = addrOf(first.vpn);
  yield* m.tlb.flushTlbRange(m.areaOf(first)!, start, start + block.length * PAGE_SIZE);
  for (const [i, ptep] of block.entries()) {
    const pte = seen[i]!;
    yield* m.entries.writeOnce(ptep, m.v.pteValid(pte) ? mark(m, pte) : pte, 'convert');
  }
}
