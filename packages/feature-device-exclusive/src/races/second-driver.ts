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
    'How does a second driver get a page that a first device has exclusively? Its look-up faults. The kernel takes the page from the first device, with a notification and a wait, and makes it present for a moment. Then it makes the page exclusive again and notifies again. No path avoids the CPU. As merged, both notifications have the same event: taking back has no owner, making exclusive has the owner that asked. A driver that checks the owner reacts to both. One that takes every event for its own ignores both, and two devices have the page exclusively.',
  invariants: ['OWN'],
  params: { block: 4 },
  setup: rivals,
  agents: { gpu: atomics(), rival: taking },
  mutants: {
    'filters-by-event': {
      what: 'drivers ignore every event of this kind, also when another driver asked',
      breaks: 'OWN',
      why: 'the first device is never told, and both have the page for themselves',
      patch: ALL_ARE_MINE,
    },
  },
});
