/** On which bits of an entry the answer of a predicate hangs. */
import { type ArchPlugin, decodePte, type PteWord, pteFromBigInt, pteToBigInt } from '@racewalk/core';

/** For instance `D (bit 3)`: the bits of `pte` one of which is enough to turn the answer around, in words. */
export function hangsOn(arch: ArchPlugin, pte: PteWord, test: (pte: PteWord) => unknown): string {
  const answer = test(pte);
  const value = pteToBigInt(pte);
  const [lowest, highest] = arch.layout.pfn;
  const found: string[] = [];
  for (const { field } of decodePte(arch, pte).fields) {
    // Frames have dozens of bits, and no fact hangs on one of them.
    if (field.lo <= highest && field.hi >= lowest) continue;
    for (let n = field.lo; n <= field.hi; n++) {
      if (test(pteFromBigInt(value ^ (1n << BigInt(n)))) !== answer) found.push(`${field.name} (bit ${n})`);
    }
  }
  return found.join(', ');
}
