/** Readers of a block that get it wrong: the material of mutants. */
import { blockOf, type Ptep, type PteWord } from '@racewalk/core';
import { retry, type Step } from '@racewalk/core/step';
import type { Machine, Patch } from '@racewalk/machine';

/** Whether the entry, as read, is part of a block of more than itself. */
const inBlock = (m: Machine, pte: PteWord): boolean =>
  m.contPtes > 1 && m.v.pteValid(pte) && m.v.pteCont(pte);

function* gather(m: Machine, ptep: Ptep, op: string): Step<PteWord> {
  let value = yield* m.entries.readOnce(ptep, op);
  if (!inBlock(m, value)) return value;
  for (const sibling of blockOf(ptep, m.contPtes)) {
    if (sibling === ptep) continue;
    const pte = yield* m.entries.readOnce(sibling, op);
    if (m.v.pteDirty(pte)) value = m.v.pteMkdirty(value);
    if (m.v.pteYoung(pte)) value = m.v.pteMkyoung(value);
  }
  return value;
}

/** Adds up the flags of all entries of the block, whatever stands there and whatever it belongs to. */
export const gatherUnchecked: Patch = {
  *ptepGet(m, ptep) {
    return m.contPtes === 1 ? yield* m.pte.ptepGet(ptep) : yield* gather(m, ptep, 'ptep_get');
  },
  *ptepGetLockless(m, ptep) {
    return m.contPtes === 1
      ? yield* m.pte.ptepGetLockless(ptep)
      : yield* gather(m, ptep, 'ptep_get_lockless');
  },
};

/** Believes one entry for all. */
export const oneEntrySpeaks: Patch = {
  *ptepGet(m, ptep) {
    if (m.contPtes === 1) return yield* m.pte.ptepGet(ptep);
    return yield* m.entries.readOnce(ptep, 'ptep_get');
  },
};

/** Accepts a block only if every entry of it is valid and marked. */
export const insistsOnWhole: Patch = {
  *ptepGetLockless(m, ptep) {
    if (m.contPtes === 1) return yield* m.pte.ptepGetLockless(ptep);
    for (;;) {
      const orig = yield* m.entries.readOnce(ptep, 'ptep_get_lockless');
      if (!inBlock(m, orig)) return orig;
      const cells = [ptep.cell];
      const values = [orig.id];
      let whole = true;
      for (const sibling of blockOf(ptep, m.contPtes)) {
        if (sibling === ptep) continue;
        const pte = yield* m.entries.readOnce(sibling, 'ptep_get_lockless');
        cells.push(sibling.cell);
        values.push(pte.id);
        whole = whole && inBlock(m, pte);
      }
      if (whole) return orig;
      yield* retry(cells, values, `${ptep.name}: block is not whole, again`);
    }
  },
};
