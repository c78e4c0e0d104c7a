import type { EntryMachine, OverrideMutant, Ptep, PteWord } from '@racewalk/core';
import { blockAround, pteValidCont, withAccessFlags } from '@racewalk/core/contpte';
import type { Step } from '@racewalk/core/step';

/** Add the flags of all siblings, whatever they are. */
function* gatherAll(m: EntryMachine, ptep: Ptep): Step<PteWord> {
  const orig = yield* m.entries.readOnce(ptep);
  if (!pteValidCont(m.v, orig)) return orig;
  let value = orig;
  for (const sibling of blockAround(m, ptep)) {
    if (sibling !== ptep) value = withAccessFlags(m, value, yield* m.entries.readOnce(sibling));
  }
  return value;
}

export const noSkipCleared: OverrideMutant = {
  name: 'no-skip-cleared',
  what: 'ptep_get adds up the flags of all entries of the block, valid or not',
  tests: ['contpte/teardown-markers'],
  breaks: 'ENC',
  why: 'in a half-cleared block a marker may stand, and its bits are read as access flag and dirty state',
  patch: {
    *ptepGet(m, ptep: Ptep): Step<PteWord> {
      return yield* gatherAll(m, ptep);
    },
  },
};

export const locklessNoRecheck: OverrideMutant = {
  name: 'lockless-no-recheck',
  what: 'the lockless read gathers like the one under the lock, without looking whether it is one block',
  tests: ['contpte/lockless-vs-refill'],
  breaks: 'TORN',
  why: 'the frame comes from the old mapping and the dirty state from the one that replaced it',
  patch: {
    *ptepGetLockless(m, ptep: Ptep): Step<PteWord> {
      return yield* gatherAll(m, ptep);
    },
  },
};
