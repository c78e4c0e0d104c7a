import { type OverrideMutant, type PteWord, pteWord } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { announceStore, type Machine } from '@racewalk/machine';
import { halvesOf } from '../pae-ops.js';

const TESTS = ['contpte/lockless-vs-refill', 'gup/store-order'];

/** Bugs of the accesses in halves. */
export const PAE_MUTANTS: readonly OverrideMutant[] = Object.freeze([
  {
    name: 'low-first',
    what: 'an entry is stored low half first',
    tests: TESTS,
    breaks: 'TORN',
    why: 'a reader finds the low half set and takes the high half of what stood there before',
    patch: {
      *setPte(m, ptep, pte): Step<void> {
        const halves = halvesOf(m);
        yield* announceStore((m as Machine).world, ptep, pte, m.op);
        yield* halves.writeLow(ptep, pte);
        yield* halves.writeHigh(ptep, pte);
      },
    },
  },
  {
    name: 'lockless-no-recheck',
    what: 'the lockless read takes low and high once',
    tests: TESTS,
    breaks: 'TORN',
    why: 'the entry may be emptied or replaced between the two',
    patch: {
      *ptepGetLockless(m, ptep): Step<PteWord> {
        const halves = halvesOf(m);
        const low = yield* halves.readLow(ptep);
        return pteWord(low, yield* halves.readHigh(ptep));
      },
    },
  },
]);
