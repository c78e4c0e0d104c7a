import type { Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { gup } from '../agents/gup.js';
import { toucher } from '../agents/toucher.js';
import { dontneed } from '../agents/zap.js';
import { UNANNOUNCED } from '../ops/pending.js';
import { ptepGetLocklessCmpxchg8b } from '../ops/wide.js';
import { wholeEntries } from '../reasons.js';
import { runs, type ThreeFolios, threeFolios } from '../setup.js';
import { IRQS_ON } from './gup-patches.js';

/** Race A12 repaired in the reader. */
export const abaWideLoad: Scenario = defineScenario<ThreeFolios>({
  id: 'gup/aba-wide-load',
  title: 'The reader takes both halves in one locked load',
  source: 'ptep_get_lockless() thread, October 2022 (seed 003): cmpxchg8b in the place of split loads',
  about:
    'The thread calls another fix more clearly correct: the reader loads the whole entry with one compare-and-exchange of eight bytes that stores nothing new. Is it enough? Yes. It does not matter when a flush comes or whether it interrupts anybody. Here both assumptions fail on purpose: two zappers defer their flushes, flushes interrupt nobody, and the reader leaves interrupts on. The machine finds no torn value. This model says nothing about the cost.',
  invariants: ['TORN'],
  params: { block: 1, flush: 'paravirt' },
  less: [
    {
      hardware: 'negativeCaching',
      why: 'the fault on an empty entry that stays cached ends as one on the entry itself: what a lockless reader obtains is asked, and no TLB answers it',
    },
  ],
  setup(w) {
    runs(w, UNANNOUNCED);
    // What was proposed and not merged: the reader loads the whole entry, and leaves interrupts on.
    runs(w, { ...IRQS_ON, ptepGetLockless: ptepGetLocklessCmpxchg8b }, ['gup']);
    return threeFolios(w);
  },
  agents: {
    zap: dontneed(0),
    'other zap': dontneed(1),
    fault: toucher,
    gup,
  },
  mutants: {
    'split-load': {
      what: 'the entry is read in two halves again: low, high, low',
      breaks: 'TORN',
      why: 'nothing is left that keeps the entry from changing twice',
      unless: wholeEntries,
      patch: {
        *ptepGetLockless(m, ptep) {
          return yield* m.pte.ptepGetLockless(ptep);
        },
      },
    },
  },
});
