import type { Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { dmirrorExclusive, type MakeExclusive } from '../agents/driver.js';
import { atomics } from '../agents/gpu.js';
import { user } from '../agents/user.js';
import { hmmExclusiveRange } from '../ops/hmm-exclusive-range.js';
import { type Setup, setup } from '../setup.js';

const sealed =
  (lockLate = false): MakeExclusive =>
  (m, { gpu, place, rmap }) =>
    hmmExclusiveRange(m, place.vma, place.address, gpu.name, rmap, { lockLate });

/** Seed 002: with the page locked nobody can restore the entry. */
export const sealedVsFault: Scenario = defineScenario<Setup>({
  id: 'device-exclusive/sealed-vs-fault',
  title: 'The sealed entry cannot be restored, because the page is locked',
  source:
    'Reply to "mm: Device exclusive memory access" v8, May 2021 (seed 002): before rmap_walk() we know the page, and no one can restore the original entry',
  about:
    'Is it enough to change the entry during the first walk? The argument has two parts: the walk finds the right page, and nobody changes the entry back, because that takes the page lock. The second part depends on the order. The page must be locked before the page-table lock is dropped, by a trylock, because waiting is not allowed there. If it is locked later, a fault takes the page back before the driver gives it to the device.',
  invariants: ['OWN'],
  params: { block: 4 },
  setup: (w) => setup(w, { has: 'process' }),
  agents: {
    gpu: atomics(1, (m, s: Setup) => dmirrorExclusive(m, s, { make: sealed() })),
    user: user(1, ['store']),
  },
  mutants: {
    'locks-late': {
      what: 'the page is locked after the page-table lock is dropped',
      breaks: 'OWN',
      why: 'a fault restores the entry in between, and the device gets a page that is mapped',
      agents: { gpu: atomics(1, (m, s: Setup) => dmirrorExclusive(m, s, { make: sealed(true) })) },
    },
  },
});
