import { nothing, type Patch, type Scenario } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';
import { actOn, cleaner } from '../agents/driver.js';
import { writer } from '../agents/writer.js';
import { NO_KERNEL_TLBS } from '../less.js';
import { cleaning } from '../ops/clean.js';
import { type Device, makeDevice } from '../setup.js';

/** The recorded page is copied before the invalidation; it is the only one there is. */
const actsEarly: Patch = {
  *flushTouched(m, aas, vma, clip) {
    const { bitmap } = cleaning(aas);
    yield* actOn(m, { bitmap, memory: linux(m.world).folios[0]! }, 0, 1);
    yield* m.k.flushTouched(aas, vma, clip);
  },
};

/** Seed 001: `apply_as_clean` alone. */
export const cleanVsWrite: Scenario = defineScenario<Device>({
  id: 'as-dirty/clean-vs-write',
  title: 'Cleaning a range of a device mapping with one late invalidation, then acting on the bitmap',
  source:
    'apply_as_clean() of the as_dirty helpers, version 4, 11 June 2019 (seed 001); objection that the invalidation belongs under the page-table lock, and the answer to it',
  about:
    'The helper cleans every dirty entry of a range, records its page in a bitmap, and invalidates once, after it drops the page-table lock. Is a store in between lost, through a cached translation that sets no bit in the entry? No: the bitmap has the page, and a driver that acts on it after the invalidation finds the store. Here the driver copies recorded pages and clears their bits while a CPU stores twice. A page written since its copy must be dirty in the entry or the bitmap. This holds with hardware and software dirty. It needs the invalidation, and nobody may act before it.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  less: [NO_KERNEL_TLBS],
  setup: (w) => makeDevice(w),
  agents: { driver: cleaner, user: writer() },
  linux: { '5.2+as-dirty-v4': 'upstream' },
  mutants: {
    'no-flush': {
      what: 'the range is not invalidated',
      breaks: 'DIRTY',
      why: 'a TLB keeps its dirty translation, so later stores are recorded nowhere, and the page has been copied',
      patch: { flushTlbRange: nothing },
      within: 'applyAsRange',
    },
    'acts-before-flush': {
      what: 'the recorded pages are copied after the scan and before the invalidation',
      breaks: 'DIRTY',
      why: 'a store through a cached dirty translation comes after the copy and is recorded nowhere',
      patch: actsEarly,
    },
  },
});
