import type { Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { atomics } from '../agents/gpu.js';
import { AT_THE_END, WITHOUT_WAITING } from '../agents/notify.js';
import { user } from '../agents/user.js';
import { type Setup, setup } from '../setup.js';

/** Seed 002: what a device owes between start and end. */
export const stopAndWait: Scenario = defineScenario<Setup>({
  id: 'device-exclusive/stop-and-wait',
  title: 'What a device owes between invalidate_range_start and invalidate_range_end',
  source:
    'remove_device_exclusive_entry() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): the critical point is to stop the device synchronously',
  about:
    'The contract of notifiers binds two parties. The kernel calls start before it changes an entry, and end afterwards. The device must not use the range from the moment start returns; outside the bracket it may use only what the entry allows. Does the device keep to this? Whether the CPU uses the page is irrelevant here: the device fails as soon as it uses a translation that it may not use. The event is CLEAR in the thread. A driver treats it like any other, so an event of its own would do as well.',
  invariants: ['NOTIF'],
  params: { block: 4 },
  setup: (w) => setup(w, { has: 'device' }),
  agents: { gpu: atomics(2), user: user(1, ['store']) },
  mutants: {
    'does-not-wait': {
      what: 'start returns while accesses of the device are in flight',
      breaks: 'NOTIF',
      why: 'an atomic that was translated before start is made after start has returned',
      patch: WITHOUT_WAITING,
    },
    'stops-at-end': {
      what: 'the driver takes its translations away in invalidate_range_end',
      breaks: 'NOTIF',
      why: 'until then the device goes on, on a page that the CPU has already',
      patch: AT_THE_END,
    },
  },
});
