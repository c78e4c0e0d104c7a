import type { Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { ANY_ADDRESS } from '../agents/checks.js';
import { nouveauAtomicRangeFault, samplesLate } from '../agents/driver.js';
import { atomics } from '../agents/gpu.js';
import { faultInSpare, type Moving, movingSetup, uffdioMove } from '../agents/move.js';

/** Seed 002: a driver for which the comparison of addresses decides nothing. */
export const checkedBySequence: Scenario = defineScenario<Moving>({
  id: 'device-exclusive/checked-by-sequence',
  title: 'A driver that asks for the notifier sequence needs no comparison of addresses',
  source:
    'try_to_protect() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): it smells a bit odd that the address is passed so far down',
  about:
    'The same move as in replaced-before-walk, and a walk that compares no addresses at all. The driver samples the notifier sequence before it looks anything up and asks again in the step in which the device gets the page. Whatever replaces a mapping notifies, so the sequence has moved, and the driver starts over. The machine finds this right: the comparison is for callers that do not ask. Sampled after the look-up, or not at all, the sequence protects nothing.',
  invariants: ['NOTIF'],
  params: { block: 4 },
  setup: (w) => {
    const s = movingSetup(w);
    w.binder.replace({ ...ANY_ADDRESS, ...faultInSpare(s.spare) });
    return s;
  },
  agents: {
    gpu: atomics<Moving>(1, nouveauAtomicRangeFault),
    move: uffdioMove,
  },
  mutants: {
    'sequence-late': {
      what: 'the sequence is sampled after the page was looked up',
      breaks: 'NOTIF',
      why: 'the move was before the sample, so nothing seems to have happened',
      agents: { gpu: atomics(1, samplesLate) },
    },
  },
});
