/**
 * Reading a folded block: the hardware may have set access flag and dirty state in any of its entries,
 * so the value of one entry is that entry with the flags of all.
 */
import type { EntryMachine } from '../ops/entry-machine.js';
import type { Ptep } from '../ops/handles.js';
import type { PteWord } from '../pte/word.js';
import { retry } from '../step/primitives.js';
import type { Step } from '../step/step.js';
import { blockPgprot, pteValidCont, siblingsOf, withAccessFlags } from './block.js';
import { __ptepGet } from './entry.js';

/**
 * Add the flags of the block to `orig`, the value of `ptep`. The caller holds the page-table lock.
 *
 * `ptep` itself is not read again: a flag set there since then is as good as set after the operation.
 *
 * @kernel contpte_ptep_get
 */
export function* contptePtepGet(m: EntryMachine, ptep: Ptep, orig: PteWord): Step<PteWord> {
  let value = orig;
  for (const sibling of siblingsOf(m, ptep)) {
    const pte = yield* __ptepGet(m, sibling);
    // A teardown may have emptied some entries and put markers there, whose bits are no flags.
    if (m.v.pteValid(pte)) value = withAccessFlags(m, value, pte);
  }
  return value;
}

/**
 * The same without the lock: the block may be unfolded, replaced and folded again between two reads. An attempt
 * counts only if every valid sibling is part of the same block: contiguous, next frame in order, same permissions.
 * Entries that a teardown has emptied are passed over, or a reader would spin until the whole block is gone.
 *
 * @kernel contpte_ptep_get_lockless
 */
export function* contptePtepGetLockless(m: EntryMachine, ptep: Ptep): Step<PteWord> {
  for (;;) {
    const orig = yield* __ptepGet(m, ptep);
    // Alone in its block, an entry is consistent by itself.
    if (!pteValidCont(m.v, orig)) return orig;
    const expected = blockPgprot(m.v, orig);
    const cells = [ptep.cell];
    const values = [orig.id];
    let value: PteWord | null = orig;
    for (const sibling of siblingsOf(m, ptep)) {
      const pte = yield* __ptepGet(m, sibling);
      cells.push(sibling.cell);
      values.push(pte.id);
      if (!m.v.pteValid(pte)) continue;
      const frame = m.v.ptePfn(orig) + sibling.index - ptep.index;
      if (!m.v.pteCont(pte) || m.v.ptePfn(pte) !== frame || blockPgprot(m.v, pte) !== expected) {
        value = null;
        break;
      }
      value = withAccessFlags(m, value, pte);
    }
    if (value !== null) return value;
    yield* retry(cells, values, `${m.op} ${ptep.name}: block changed, again`);
  }
}
