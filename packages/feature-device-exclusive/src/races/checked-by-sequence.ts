import type { Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { ANY_ADDRESS } from '../agents/checks.js';
import { nouveauAtomicRangeFault, samplesLate } from '../agents/driver.js';
import { atomics } from '../agents/gpu.js';
import { FAULTS_IN, type Moving, movingSetup, uffdioMove } from '../agents/move.js';

/** Seed 002: a driver for which the comparison of addresses decides nothing. */
export const checkedBySequence: Scenario = defineScenario<Moving>({
  id: 'device-exclusive/checked-by-sequence',
  title: 'A driver that asks for the notifier sequence needs no comparison of addresses',
  source:
    'try_to_protect() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): it smells a bit odd that the address is passed so far down',
  about:
    'The page moves as in device-exclusive/replaced-before-walk, and the walk compares no addresses. Is the notifier sequence enough? Yes. The driver samples it before it looks up anything, and checks it again in the same step that gives the page to the device. Every replacement of a mapping notifies, so the sequence has changed and the driver starts over. Only drivers without this check need the comparison. A sequence sampled after the look-up, or never, protects nothing.',
  invariants: ['NOTIF'],
  params: { block: 4 },
  setup: (w) => {
    const s = movingSetup(w);
    w.binder.replace({ ...ANY_ADDRESS, ...FAULTS_IN });
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
