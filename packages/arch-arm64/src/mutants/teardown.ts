import {
  __ptepGet,
  __ptepGetAndClear,
  blockAround,
  contptePtepGetAndClearFull,
  pteValidCont,
  type Stash,
  withAccessFlags,
} from '@racewalk/contpte';
import { type OverrideMutant, PTE_ZERO, type Ptep, type PteWord, type Vaddr } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';

const TESTS = ['contpte/teardown-vs-walker'];

/** The first version of the operation, which its author took back. */
export const gatherThenClear: OverrideMutant = {
  name: 'gather-then-clear',
  what: 'the first call reads every entry of the block, then stores the sum of the flags into every entry',
  tests: TESTS,
  breaks: 'DIRTY',
  why: 'what the hardware records between the read of an entry and the store to it is overwritten',
  patch: {
    *ptepGetAndClearFull(m, _mm, _addr: Vaddr, ptep: Ptep): Step<PteWord> {
      const block = blockAround(m, ptep);
      // The kernel empties from low to high: the first entry spreads the flags, the others have them.
      if (ptep !== block[0]) return yield* __ptepGetAndClear(m, ptep);
      const seen: PteWord[] = [];
      for (const p of block) seen.push(yield* __ptepGet(m, p));
      const spread = (pte: PteWord) => seen.reduce((sum, other) => withAccessFlags(m, sum, other), pte);
      for (const [i, p] of block.entries()) {
        yield* m.entries.writeOnce(p, i === 0 ? PTE_ZERO : spread(seen[i] ?? PTE_ZERO));
      }
      return spread(seen[0] ?? PTE_ZERO);
    },
  },
};

/** The operation with another way to stash. */
const withStash = (stash: Stash): OverrideMutant['patch'] => ({
  *ptepGetAndClearFull(m, mm, addr: Vaddr, ptep: Ptep, full: boolean): Step<PteWord> {
    const folded = full && pteValidCont(m.v, yield* __ptepGet(m, ptep));
    if (!folded) return yield* m.pte.ptepGetAndClearFull(mm, addr, ptep, full);
    return yield* contptePtepGetAndClearFull(m, ptep, stash);
  },
});

export const stashPlainStore: OverrideMutant = {
  name: 'stash-plain-store',
  what: 'the flags of an emptied entry are put into the last valid one by a read and a plain store',
  tests: TESTS,
  breaks: 'DIRTY',
  why: 'what the hardware records in that entry between the two is overwritten',
  patch: withStash(function* (m, ptep, seen, flags) {
    yield* m.entries.writeOnce(ptep, withAccessFlags(m, seen, flags));
  }),
};

export const noStash: OverrideMutant = {
  name: 'no-stash',
  what: 'the flags of an emptied entry are returned for its page, and kept nowhere else',
  tests: TESTS,
  breaks: 'DIRTY',
  why: 'the hardware may have recorded the store to a later page of the block in the entry that is gone',
  patch: withStash(function* () {}),
};
