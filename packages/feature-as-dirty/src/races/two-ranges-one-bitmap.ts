import { type AgentSpec, FrameFlag, nothing, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { clean, cleaner } from '../agents/driver.js';
import { NO_KERNEL_TLBS } from '../less.js';
import { type Device, makeDevice } from '../setup.js';

/** Cleans one page and leaves its bit set. */
const caller = (page: number): AgentSpec<Device> => ({
  ...cleaner,
  cpu: page,
  *run(m, s) {
    yield* m.k.lockExternal(s.external);
    yield* clean(m, s, page, 1);
    yield* m.k.unlockExternal(s.external);
  },
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
  less: [NO_KERNEL_TLBS],
  setup: (w) =>
    makeDevice(w, {
      pages: 2,
      areas: [
        { pages: 1, dirty: true },
        { pgoff: 1, pages: 1, dirty: true },
      ],
      frameFlags: FrameFlag.WRITTEN,
    }),
  agents: { first: caller(0), second: caller(1) },
  linux: { '5.2+as-dirty-v4': 'upstream' },
  mutants: {
    'no-external-lock': {
      what: 'the callers do not exclude each other',
      breaks: 'DIRTY',
      why: 'each page-table lock covers one table, and the word of the bitmap covers both pages',
      patch: { lockExternal: nothing, unlockExternal: nothing },
    },
  },
});
