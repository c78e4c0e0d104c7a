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
    'The page is found by its address, and later its mappings are found by its reverse map. In between nothing holds it where it was: here it moves to another address of the same process, which needs the lock of the page and therefore happens before the driver has it or not at all. The walk then takes down a mapping, in the right process and writable, but at another address. So the address has to be compared; the process alone would not do. This driver relies on the lock of the page alone. One that samples the notifier sequence first would see the move in it and start over, compared or not: for such a driver the check decides nothing.',
  invariants: ['NOTIF'],
  params: { block: 4 },
  setup: movingSetup,
  agents: {
    gpu: atomics(1, (m, s: Moving) => dmirrorExclusive(m, s)),
    move: uffdioMove,
  },
  mutants: {
    'no-address-check': {
      what: 'any mapping that the walk takes down counts as the one that was asked for',
      breaks: 'NOTIF',
      why: 'the device gets the page for an address behind which it is not any more',
      patch: ANY_ADDRESS,
    },
  },
});
