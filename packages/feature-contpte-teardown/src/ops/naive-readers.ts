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

/** The entry, and if it is part of a block all others of that, each as it was read. */
function* readBlock(m: Machine, ptep: Ptep): Step<readonly (readonly [Ptep, PteWord])[]> {
  const read: [Ptep, PteWord][] = [[ptep, yield* m.entries.readOnce(ptep, 'ptep_get_lockless')]];
  if (!inBlock(m, read[0]![1])) return read;
  for (const p of blockOf(ptep, m.contPtes))
    if (p !== ptep) read.push([p, yield* m.entries.readOnce(p, 'ptep_get_lockless')]);
  return read;
}

/** Starts again once one of the entries has changed. */
const again = (ptep: Ptep, read: readonly (readonly [Ptep, PteWord])[]): Step<void> =>
  retry(
    read.map(([{ cell }]) => cell),
    read.map(([, { id }]) => id),
    `${ptep.name}: block is not whole, again`,
  );

/** Accepts a block only if every entry of it is valid and marked. */
export const insistsOnWhole: Patch = {
  *ptepGetLockless(m, ptep) {
    for (;;) {
      const read = yield* readBlock(m, ptep);
      if (read.length === 1 || read.every(([, pte]) => inBlock(m, pte))) return read[0]![1];
      yield* again(ptep, read);
    }
  },
};
