import { nothing, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { atomics } from '../agents/gpu.js';
import { TOLD_AFTERWARDS, WITHOUT_WAITING } from '../agents/notify.js';
import { glance, user } from '../agents/user.js';
import { type Setup, setup } from '../setup.js';

/** Seed 002: the CPU takes a page back that a device is using. */
export const faultVsAtomics: Scenario = defineScenario<Setup>({
  id: 'device-exclusive/fault-vs-atomics',
  title: 'A CPU fault takes a page back from a device that makes atomics on it',
  source:
    'remove_device_exclusive_entry() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): which notification suits, and is one needed at all?',
  about:
    'A device has a page exclusively, and a store by the CPU faults on the entry. Must the fault notify? Usually nothing does when an entry becomes present. Here the notification tells the device to stop, and the entry may become present only when the device has stopped and its accesses are complete. Another CPU uses the page as soon as the entry is present. The protocol is right. Three shortcuts are wrong: notify after restoring, do not notify, and do not wait.',
  invariants: ['OWN'],
  params: { block: 4 },
  setup: (w) => setup(w, { has: 'device' }),
  agents: { gpu: atomics(), user: user(1, ['store']), other: glance(2) },
  linux: { '5.14': 'upstream' },
  mutants: {
    'notifier-after-restore': {
      what: 'the entry is restored first, and the device is told afterwards',
      breaks: 'OWN',
      why: 'between the two the other CPU uses a page that the device still has for itself',
      patch: TOLD_AFTERWARDS,
      within: 'removeDeviceExclusiveEntry',
    },
    'no-notifier': {
      what: 'the entry goes from not present to present, so nobody is notified',
      breaks: 'OWN',
      why: 'the device never learns that it has lost the page',
      patch: { mmuNotifierInvalidateRangeStart: nothing, mmuNotifierInvalidateRangeEnd: nothing },
      within: 'removeDeviceExclusiveEntry',
    },
    'does-not-wait': {
      what: 'the device is told to stop, and nobody waits for what it has in flight',
      breaks: 'OWN',
      why: 'an atomic that was translated before is made after the CPU has the page',
      patch: WITHOUT_WAITING,
    },
  },
});
