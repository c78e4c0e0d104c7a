import { type AgentSpec, nothing, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { actOn, clean, cleaner } from '../agents/driver.js';
import { writer } from '../agents/writer.js';
import { NO_KERNEL_TLBS, NO_NEGATIVE_CACHING } from '../less.js';
import { type Device, makeDevice } from '../setup.js';

/** Cleans, then acts on the whole bitmap, as one must who shares it. */
const caller = (cpu: number): AgentSpec<Device> => ({
  ...cleaner,
  cpu,
  *run(m, s) {
    yield* m.k.lockExternal(s.external);
    yield* clean(m, s);
    yield* actOn(m, s, 0, s.bitmap.nbits);
    yield* m.k.unlockExternal(s.external);
  },
});

/** Seed 001: `apply_as_clean` twice at once. */
export const twoCallers: Scenario = defineScenario<Device>({
  id: 'as-dirty/two-callers',
  title: 'Two callers clean the same range into one bitmap',
  source:
    'as_dirty helpers thread, June 2019 (seed 001): i_mmap is locked for reading only, and the external lock is said to be taken around the operation',
  about:
    'The helpers lock the interval tree for reading, so two calls may overlap. Is a driver lock needed? Yes. Without it the second caller finds an entry that the first has cleaned but not yet invalidated, so it does not invalidate. It takes the bit that the first set, copies the page, and returns. A later store through a cached translation misses the copy and leaves no mark. So a driver must hold its lock around scan and action, not only in mkwrite; the thread names that lock for the other helper only. With the lock nothing is lost.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  less: [NO_KERNEL_TLBS, NO_NEGATIVE_CACHING],
  setup: (w) => makeDevice(w),
  agents: { first: caller(0), second: caller(2), user: writer() },
  linux: { '5.2+as-dirty-v4': 'upstream' },
  mutants: {
    'no-external-lock': {
      what: 'the callers do not exclude each other',
      breaks: 'DIRTY',
      why: 'one acts on what the other has recorded and not yet invalidated',
      patch: { lockExternal: nothing, unlockExternal: nothing },
    },
  },
});
