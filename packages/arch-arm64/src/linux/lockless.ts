import type { EntryMachine, Ptep, PteWord } from '@racewalk/core';
import { blockAround, blockPgprot, pteValidCont, withAccessFlags } from '@racewalk/core/contpte';
import { retry, type Step } from '@racewalk/core/step';

/**
 * As Linux has it since 6.9: an attempt counts only if every entry of the block is valid, contiguous, next frame in
 * order, same permissions. An entry that is cleared while others are not starts it again.
 *
 * @kernel contpte_ptep_get_lockless (6.9)
 */
export function* locklessWholeBlock(m: EntryMachine, ptep: Ptep): Step<PteWord> {
  for (;;) {
    const orig = yield* m.entries.readOnce(ptep);
    if (!pteValidCont(m.v, orig)) return orig;
    const expected = blockPgprot(m.v, orig);
    const cells = [ptep.cell];
    const values = [orig.id];
    let value: PteWord | null = orig;
    for (const sibling of blockAround(m, ptep)) {
      if (sibling === ptep) continue;
      const pte = yield* m.entries.readOnce(sibling);
      cells.push(sibling.cell);
      values.push(pte.id);
      const frame = m.v.ptePfn(orig) + sibling.index - ptep.index;
      const same = pteValidCont(m.v, pte) && m.v.ptePfn(pte) === frame && blockPgprot(m.v, pte) === expected;
      // The code that clears the block may be what this reader interrupted: then nothing ever changes.
      if (!same) {
        value = null;
        break;
      }
      value = withAccessFlags(m, value, pte);
    }
    if (value !== null) return value;
    yield* retry(cells, values, `${m.op} ${ptep.name}: block is not whole, again`);
  }
}
