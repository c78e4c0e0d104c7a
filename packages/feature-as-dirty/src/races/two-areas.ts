import type { Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { cleaner } from '../agents/driver.js';
import { writer } from '../agents/writer.js';
import { NO_KERNEL_TLBS, NO_NEGATIVE_CACHING } from '../less.js';
import { type Device, makeDevice } from '../setup.js';

/** Seed 001: more than one area maps the page. */
export const twoAreas: Scenario = defineScenario<Device>({
  id: 'as-dirty/two-areas',
  title: 'A page of the device mapped by two processes',
  source:
    'apply_as_range() of the as_dirty helpers, version 4, June 2019 (seed 001): every area of the interval tree, each with its own invalidation',
  about:
    'The interval tree may hold several areas that map a page, in one process or in two. Is it enough to scan and invalidate each area by itself before the next one? Yes: with a writer in each process nothing is lost. Each area has its own entry, page-table lock, flush-pending counter and addresses. All share one bit per page, so the number of changed entries may exceed the number of pages. If only the last area is invalidated, a store is lost.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  less: [NO_KERNEL_TLBS, NO_NEGATIVE_CACHING],
  setup: (w) => makeDevice(w, { areas: [{}, { ownMm: true }] }),
  agents: {
    driver: cleaner,
    user: writer({ stores: 1 }),
    other: writer({ cpu: 2, stores: 1, area: 1 }),
  },
  linux: { '5.2+as-dirty-v4': 'upstream' },
  mutants: {
    'one-flush-at-the-end': {
      what: 'only the last area is invalidated, after all have been scanned',
      breaks: 'DIRTY',
      why: 'it has other addresses, and here another address space: the first area keeps its dirty translation',
      patch: {
        *flushTouched(m, aas, vma, clip) {
          if (vma === m.world.vmas.at(-1)) yield* m.k.flushTouched(aas, vma, clip);
        },
      },
    },
  },
});
