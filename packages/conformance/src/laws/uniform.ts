/** Whether the entries of each contiguous block that is left behind are those of one block. */

import { type ArchPlugin, type PteWord, pteAndNot } from '@racewalk/core';
import { describePte } from '@racewalk/machine';
import { BLOCK } from './table.js';

/** The first entry that does not belong to its block. */
export interface Stray {
  readonly index: number;
  readonly says: string;
}

/**
 * The entries of a block must map consecutive frames and agree in everything but what `cont.mayDiffer`
 * allows; entries of a block that are no longer valid do not count.
 */
export function strayEntry(arch: ArchPlugin, entries: readonly PteWord[]): Stray | null {
  const v = arch.values;
  const mayDiffer = arch.cont?.mayDiffer;
  if (mayDiffer === undefined) return null;
  for (let from = 0; from < entries.length; from += BLOCK) {
    const marked = entries
      .slice(from, from + BLOCK)
      .flatMap((pte, i) => (v.pteValid(pte) && v.pteCont(pte) ? [{ pte, i }] : []));
    const [first] = marked;
    for (const { pte, i } of marked) {
      if (first === undefined) continue;
      const expected = v.pteAdvancePfn(first.pte, i - first.i);
      if (pteAndNot(pte, mayDiffer) === pteAndNot(expected, mayDiffer)) continue;
      const [is, asOne] = [describePte(arch, pte), describePte(arch, expected)];
      const model = `pte[${from + first.i}]`;
      return {
        index: from + i,
        says: `claims contPte, but leaves a contiguous block that is not uniform: pte[${from + i}] is "${is}", and by ${model} it would be "${asOne}"`,
      };
    }
  }
  return null;
}
