import type { Patch, Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { dmirrorExclusive } from '../agents/driver.js';
import { atomics } from '../agents/gpu.js';
import { user } from '../agents/user.js';
import { HMM_EXCLUSIVE, sealed } from '../ops/hmm-exclusive-range.js';
import { type Setup, setup } from '../setup.js';

/** The page is locked when the page-table lock has been dropped. */
const locksLate: Patch = {
  // biome-ignore lint/correctness/useYield: not yet
  *trylockPage() {
    return true;
  },
  *hmmExclusivePmd(m, vma, address, owner) {
    const found = yield* m.k.hmmExclusivePmd(vma, address, owner);
    if (found !== null) yield* m.k.lockPage(found.page);
    return found;
  },
};

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
  setup: (w) => {
    w.binder.add(HMM_EXCLUSIVE);
    return setup(w, { has: 'process' });
  },
  agents: {
    gpu: atomics(1, (m, s: Setup) => dmirrorExclusive(m, s, sealed)),
    user: user(1, ['store']),
  },
  linux: { '5.14': 'upstream' },
  mutants: {
    'locks-late': {
      what: 'the page is locked after the page-table lock is dropped',
      breaks: 'OWN',
      why: 'a fault restores the entry in between, and the device gets a page that is mapped',
      patch: locksLate,
      within: 'hmmExclusiveRange',
    },
  },
});
