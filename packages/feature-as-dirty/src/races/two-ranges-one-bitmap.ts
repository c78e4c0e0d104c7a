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
    '__set_bit sets the bit by a load and a store. Two callers clean different pages under different page-table locks and share only a word of the bitmap. Is that safe? No: one of them may store a word that lacks the bit the other has just set. The entry is clean by then, so the page is forgotten. The patch does not say that the bitmap needs a lock; the caller must provide one. The machine finds both bits with the lock, and the lost bit without it.',
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
