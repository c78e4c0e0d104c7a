import { nothing, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { cleaner } from '../agents/driver.js';
import { writer } from '../agents/writer.js';
import { FLUSH_UNDER_PTL } from '../ops/patches.js';
import { type Device, makeDevice } from '../setup.js';

/** Seed 001: the reviewer's order for `apply_as_clean`. */
export const cleanFlushUnderPtl: Scenario = defineScenario<Device>({
  id: 'as-dirty/clean-flush-under-ptl',
  title: 'The same with the invalidation inside the page-table lock',
  source:
    'as_dirty helpers thread, 11 June 2019 (seed 001): the objection that entries are cleaned and invalidated under one page-table lock, and the question of how that would help',
  about:
    'The reviewer would invalidate before the page-table lock is dropped. The author asks how that helps: the CPU that writes never takes that lock. Both orders are explored, this one and that of the patch, with the same writers and the same driver that acts afterwards. The machine says the same of both on every plug-in, hardware or software dirty: nothing is lost. So for cleaning the lock is not needed; what counts is that somebody acts on the bitmap only after the invalidation, and that there is one.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  setup: (w) => {
    w.binder.replace(FLUSH_UNDER_PTL);
    return makeDevice(w);
  },
  agents: { driver: cleaner(), user: writer() },
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
