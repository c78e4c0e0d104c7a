/** On which bits of an entry the answer of a predicate hangs. */

import { type ArchPlugin, bit, type PteWord, pteAndNot, pteAny, pteOr } from '@racewalk/core';
import { decodePte } from '@racewalk/machine';

/** `pte` with one bit turned around. */
function flipped(pte: PteWord, n: number): PteWord {
  return pteAny(pte, bit(n)) ? pteAndNot(pte, bit(n)) : pteOr(pte, bit(n));
}

/** For instance `D (bit 3)`: the bits of `pte` one of which is enough to turn the answer around, in words. */
export function hangsOn(arch: ArchPlugin, pte: PteWord, test: (pte: PteWord) => unknown): string {
  const answer = test(pte);
  const [lowest, highest] = arch.layout.pfn;
  const found: string[] = [];
  for (const { field } of decodePte(arch, pte).fields) {
    // Frames have dozens of bits, and no fact hangs on one of them.
    if (field.lo <= highest && field.hi >= lowest) continue;
    for (let n = field.lo; n <= field.hi; n++) {
      if (test(flipped(pte, n)) !== answer) found.push(`${field.name} (bit ${n})`);
    }
  }
  return found.join(', ');
}
