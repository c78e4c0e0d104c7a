import { FrameFlag, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { cleaner } from '../agents/driver.js';
import { type Device, makeDevice } from '../setup.js';

const caller = (page: number, locked: boolean) => ({
  ...cleaner({ range: [page, 1], locked, keeps: true }),
  cpu: page,
});

/** Seed 001: `__set_bit` in a word that two callers share. */
export const twoRangesOneBitmap: Scenario = defineScenario<Device>({
  id: 'as-dirty/two-ranges-one-bitmap',
  title: 'Two callers clean different ranges into one bitmap',
  source:
    'apply_pt_clean() of the as_dirty helpers, version 4, June 2019 (seed 001): __set_bit(pgoff, clean->bitmap)',
  about:
    'The bit is set by __set_bit, a load and a store. Two callers that clean different pages hold different page-table locks and have nothing else in common but the word of the bitmap. If they run at once, one of them stores a word that does not have the bit the other has just set; the entry is clean by then, and nobody knows of the page. The patch does not say that the bitmap needs a lock; its caller has to. The machine finds both bits with the lock, and the lost one without.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  setup: (w) =>
    makeDevice(w, {
      pages: 2,
      areas: [
        { pages: 1, dirty: true },
        { pgoff: 1, pages: 1, dirty: true },
      ],
      frameFlags: FrameFlag.WRITTEN,
    }),
  agents: { first: caller(0, true), second: caller(1, true) },
  mutants: {
    'no-external-lock': {
      what: 'the callers do not exclude each other',
      breaks: 'DIRTY',
      why: 'each page-table lock covers one table, and the word of the bitmap covers both pages',
      agents: { first: caller(0, false), second: caller(1, false) },
    },
  },
});
