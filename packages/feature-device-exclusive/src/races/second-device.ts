import { type AgentSpec, Device, type Scenario, type World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { dmirrorExclusive } from '../agents/driver.js';
import { atomics } from '../agents/gpu.js';
import { ALL_ARE_MINE } from '../agents/notify.js';
import { type Setup, setup } from '../setup.js';

/** A device that mirrors the page, while another wants it for itself. */
interface TwoDevices extends Setup {
  readonly mirror: Device;
}

function twoDevices(w: World): TwoDevices {
  const s = setup(w, { has: 'process' });
  const mirror = new Device(w, s.vma, 'nic');
  const shared = { write: true, exclusive: false };
  mirror.startsWith(0, s.page, shared);
  w.startOps.push({
    name: 'dmirror_fault (the other device)',
    run: (m) => mirror.map(m, 0, s.page, shared, null),
  });
  return { ...s, mirror };
}

/** The other device works through a translation that it shares with the CPU. */
const sharing: AgentSpec<TwoDevices> = {
  cpu: 9,
  role: 'device',
  note: 'shares the page',
  *run(m, s) {
    for (let i = 0; i < 2; i++) if (!(yield* s.mirror.access(m, 0, 'store'))) return;
  },
};

/** Why the event has an owner. */
export const secondDevice: Scenario = defineScenario<TwoDevices>({
  id: 'device-exclusive/second-device',
  title: 'A device takes a page for itself that another device is using',
  source:
    'MMU_NOTIFY_EXCLUSIVE and its owner in "mm: Device exclusive memory access" v8, May 2021 (seed 002): a new event would let listeners filter',
  about:
    'Does exclusive access also exclude other devices? It must. So removing the mapping notifies, with its own event and the owner that asked. That owner may go on; every other driver must stop its device. Filtering by the event alone is an easy mistake. A driver that takes every such event for its own request keeps using a page that belongs to another device.',
  invariants: ['OWN'],
  params: { block: 4 },
  setup: twoDevices,
  agents: { gpu: atomics(1, (m, s: TwoDevices) => dmirrorExclusive(m, s)), nic: sharing },
  mutants: {
    'filters-by-event': {
      what: 'drivers ignore every event of this kind, also when another driver asked',
      breaks: 'OWN',
      why: 'the other device goes on with a page that is not its any more',
      patch: ALL_ARE_MINE,
    },
  },
});
