import { type OverrideMutant, PTE_ZERO, type Ptep, type PteWord, patchOf, type Vaddr } from '@racewalk/core';
import { blockAround, withAccessFlags } from '@racewalk/core/contpte';
import type { Step } from '@racewalk/core/step';
import { Arm64Ops } from '../entry-ops.js';

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
      if (ptep !== block[0]) return yield* m.entries.xchg(ptep, PTE_ZERO);
      const seen: PteWord[] = [];
      for (const p of block) seen.push(yield* m.entries.readOnce(p));
      const spread = (pte: PteWord) => seen.reduce((sum, other) => withAccessFlags(m, sum, other), pte);
      for (const [i, p] of block.entries()) {
        yield* m.entries.writeOnce(p, i === 0 ? PTE_ZERO : spread(seen[i] ?? PTE_ZERO));
      }
      return spread(seen[0] ?? PTE_ZERO);
    },
  },
};

/** A read and a plain store. */
class PlainStash extends Arm64Ops {
  override *stash(ptep: Ptep, seen: PteWord, flags: PteWord): Step<void> {
    yield* this.m.entries.writeOnce(ptep, withAccessFlags(this.m, seen, flags));
  }
}

/** The flags go nowhere. */
class NoStash extends Arm64Ops {
  override *stash(): Step<void> {}
}

export const stashPlainStore: OverrideMutant = {
  name: 'stash-plain-store',
  what: 'the flags of an emptied entry are put into the last valid one by a read and a plain store',
  tests: TESTS,
  breaks: 'DIRTY',
  why: 'what the hardware records in that entry between the two is overwritten',
  patch: patchOf(PlainStash, ['ptepGetAndClearFull']),
};

export const noStash: OverrideMutant = {
  name: 'no-stash',
  what: 'the flags of an emptied entry are returned for its page, and kept nowhere else',
  tests: TESTS,
  breaks: 'DIRTY',
  why: 'the hardware may have recorded the store to a later page of the block in the entry that is gone',
  patch: patchOf(NoStash, ['ptepGetAndClearFull']),
};
