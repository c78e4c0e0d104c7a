import type { Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { ANY_ADDRESS } from '../agents/checks.js';
import { dmirrorExclusive } from '../agents/driver.js';
import { atomics } from '../agents/gpu.js';
import { type Moving, movingSetup, uffdioMove } from '../agents/move.js';

/** Seed 002: is the address compared for a reason? */
export const replacedBeforeWalk: Scenario = defineScenario<Moving>({
  id: 'device-exclusive/replaced-before-walk',
  title: 'The page moves to another address between get_user_pages and the walk of the reverse map',
  source:
    'try_to_protect() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): why are ttp->address and ttp->valid needed?',
  about:
    'The driver finds the page by its address, and later its mappings by the reverse map. Nothing keeps the page at its address in between. Must the walk compare the address? Yes, for a driver that relies on the page lock alone. Here the page moves within the process, which needs the page lock, so it moves before the driver has the lock or never. The walk then removes a writable mapping in the right process at another address. A driver that samples the notifier sequence first starts over anyway and does not need the check.',
  invariants: ['NOTIF'],
  params: { block: 4 },
  setup: movingSetup,
  agents: {
    gpu: atomics(1, (m, s: Moving) => dmirrorExclusive(m, s)),
    move: uffdioMove,
  },
  linux: { '5.14': 'upstream' },
  mutants: {
    'no-address-check': {
      what: 'any mapping that the walk takes down counts as the one that was asked for',
      breaks: 'NOTIF',
      why: 'the device gets the page for an address behind which it is not any more',
      patch: ANY_ADDRESS,
    },
  },
});
