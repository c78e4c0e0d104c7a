import { nothing, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { cleaner } from '../agents/driver.js';
import { writer } from '../agents/writer.js';
import { NO_KERNEL_TLBS } from '../less.js';
import { FLUSH_UNDER_PTL } from '../ops/patches.js';
import { type Device, makeDevice } from '../setup.js';

/** Seed 001: the reviewer's order for `apply_as_clean`. */
export const cleanFlushUnderPtl: Scenario = defineScenario<Device>({
  id: 'as-dirty/clean-flush-under-ptl',
  title: 'The same with the invalidation inside the page-table lock',
  source:
    'as_dirty helpers thread, 11 June 2019 (seed 001): the objection that entries are cleaned and invalidated under one page-table lock, and the question of how that would help',
  about:
    'Must the helper invalidate before it drops the page-table lock, as the reviewer asks? The author asks how that would help, because the writing CPU never takes that lock. The machine explores both orders, with the same writers and a driver that acts afterwards. Neither order loses a store on any plug-in, with hardware or software dirty. So cleaning does not need the lock. It needs an invalidation, and the driver must not act on the bitmap before it.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  less: [NO_KERNEL_TLBS],
  setup: (w) => {
    w.binder.replace(FLUSH_UNDER_PTL);
    return makeDevice(w);
  },
  agents: { driver: cleaner, user: writer() },
  mutants: {
    'no-flush': {
      what: 'the range is not invalidated',
      breaks: 'DIRTY',
      why: 'the page-table lock keeps nobody from storing through a cached dirty translation',
      patch: { flushTlbRange: nothing },
      within: 'applyAsRange',
    },
  },
});
