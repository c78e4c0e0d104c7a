import type { AgentSpec, NotifierRange, Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { nouveauAtomicRangeFault, startsOver } from '../agents/driver.js';
import { atomics } from '../agents/gpu.js';
import { type Setup, setup } from '../setup.js';

/** An invalidation that changes nothing, for instance of a neighbour in the same huge range. */
const unrelated: AgentSpec<Setup> = {
  cpu: 0,
  role: 'kernel',
  note: 'invalidates around the page',
  *run(m, { vma }) {
    const range: NotifierRange = { event: 'clear', mm: vma.mm, start: vma.start, end: vma.end };
    yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
    yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  },
};

/** A driver and its own shadow. */
export const retryForEver: Scenario = defineScenario<Setup>({
  id: 'device-exclusive/retry-for-ever',
  title: 'A driver that starts over takes the page back from itself, and so starts over',
  source:
    'nouveau_atomic_range_fault() of the series "Add support for SVM atomics in Nouveau", 2021 (seed 002), and its missing unlock, fixed in 2025',
  about:
    'An invalidation comes between sampling the sequence and giving the page to the device. It need not even change the entry. The driver drops the page and starts over. Does it ever finish? Not as posted. Its first attempt left a device-exclusive entry. The second attempt faults on it and restores it, with a notification that exempts nobody, so the sequence changes again. This repeats forever without a third party; the driver in the tree gives up after a second. Faulting the page in before sampling the sequence breaks the loop, because then there is nothing to restore.',
  invariants: ['NOTIF', 'OWN'],
  params: { block: 4 },
  setup: (w) => setup(w, { has: 'process' }),
  agents: { gpu: atomics<Setup>(1, nouveauAtomicRangeFault), other: unrelated },
  mutants: {
    'starts-over-at-once': {
      what: 'the driver samples the sequence again without faulting the page in',
      breaks: 'LIVE',
      why: 'every attempt takes the page back from the one before, and is invalidated by doing so',
      agents: { gpu: atomics(1, (m, s: Setup) => startsOver(m, s, false)) },
    },
    'starts-over-locked': {
      what: 'the driver starts over with the page still locked, as it did before 6.14',
      breaks: 'LIVE',
      why: 'the next attempt waits for a lock that the driver itself holds',
      agents: { gpu: atomics(1, (m, s: Setup) => startsOver(m, s, true)) },
    },
  },
});
