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
    'The more clearly correct fix of the thread is not in the zap but in the reader: one compare-and-exchange of eight bytes that stores nothing new is a load of the whole entry. Then it does not matter whether a flush comes late or interrupts anybody. Here both legs are broken on purpose, two zappers with postponed flushes and flushes that interrupt nobody, and the reader leaves its interrupts on. The machine finds nothing torn. What it costs is not a question for this model.',
  invariants: ['TORN'],
  params: { block: 1, flush: 'paravirt' },
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
