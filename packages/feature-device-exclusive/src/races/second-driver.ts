import { type AgentSpec, Device, type Scenario, type World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { dmirrorExclusive } from '../agents/driver.js';
import { atomics } from '../agents/gpu.js';
import { ALL_ARE_MINE } from '../agents/notify.js';
import { type Setup, setup } from '../setup.js';

/** A device that has the page, and one that wants it. */
interface Rivals extends Setup {
  readonly rival: Device;
}

const rivals = (w: World): Rivals => {
  const s = setup(w, { has: 'device' });
  return { ...s, rival: new Device(w, s.vma, 'npu') };
};

const taking: AgentSpec<Rivals> = {
  cpu: 9,
  role: 'device',
  note: 'a second device and its driver',
  *run(m, s) {
    const target = { gpu: s.rival, place: s.place, rmap: s.rmap };
    const has = yield* dmirrorExclusive(m, target);
    if (has) yield* s.rival.access(m, 0, 'atomic');
  },
};

/** Two devices want the same page for themselves. */
export const secondDriver: Scenario = defineScenario<Rivals>({
  id: 'device-exclusive/second-driver',
  title: 'A second device wants for itself what the first one has for itself',
  source:
    'make_device_exclusive_range() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): get_user_pages over an entry that is exclusive already, and the event that was merged',
  about:
    'The second driver looks the page up like user code would: the entry faults, the page is taken from the first device, with a notification and a wait, and becomes present for a moment. Then it is made exclusive again, with another notification. There is no way from one device to the other past the CPU. As merged, both notifications have the same event: taking back has no owner, making has the one who asked. A driver that looks at the owner hears both; one that takes every such event for the echo of its own request hears neither, and two devices have the page for themselves.',
  invariants: ['OWN'],
  params: { block: 4 },
  setup: rivals,
  agents: { gpu: atomics(), rival: taking },
  mutants: {
    'filters-by-event': {
      what: 'drivers ignore every event of this kind, whoever asked',
      breaks: 'OWN',
      why: 'the first device is never told, and both have the page for themselves',
      patch: ALL_ARE_MINE,
    },
  },
});
