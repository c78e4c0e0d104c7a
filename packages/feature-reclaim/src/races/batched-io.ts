import { nothing, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { reclaimer } from '../agents/reclaimer.js';
import { user } from '../agents/users.js';
import { type Mapped, mapPage } from '../setup.js';

/** One flush for many pages: before any of them is written or freed. */
export const batchedIo: Scenario = defineScenario<Mapped>({
  id: 'reclaim/batched-io',
  title: 'Reclaim puts its flushes off, but not past the write-out and not past the free',
  source:
    'Paths that use the tlb_batched infrastructure, Jann Horn, 26 October 2022 (seed 003); deferred flush of unmapped pages, Linux 72b252aed506 and d950c9477d51 (4.3, 2015)',
  about:
    'With TTU_BATCH_FLUSH reclaim empties entries and invalidates once, at the end of its batch. When must that flush come? Before the page is written out, if an entry was dirty: a CPU with a dirty translation stores without reading memory, and its store would reach the page after the contents went to disk. A clean entry does not need this, because a store must walk first and finds the entry gone. In any case the flush must come before the page is freed. The machine agrees with all three, starting from a dirty entry and from a clean one.',
  invariants: ['DIRTY', 'UAF'],
  params: { block: 1, dirty: true },
  sizes: [{ block: 1, dirty: false }],
  setup: (w) => mapPage(w, { file: true }),
  agents: { reclaim: reclaimer, user: user() },
  linux: { '6.12': 'upstream' },
  mutants: {
    'io-before-flush': {
      what: 'the page is written out before the flush that was put off is made',
      breaks: 'DIRTY',
      why: 'a TLB has the page as dirty, and a store through it after the write-out is recorded nowhere',
      patch: { tryToUnmapFlushDirty: nothing },
    },
    'free-before-flush': {
      what: 'a page that need not be written is freed before the flush that was put off is made',
      breaks: 'UAF',
      why: 'a TLB still translates to the page when it goes back to the allocator',
      // A load: a store would also be one that nothing remembers.
      patch: { tryToUnmapFlushDirty: nothing, tryToUnmapFlush: nothing },
      agents: { user: user('load') },
    },
  },
});
