import type { Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { loader } from '../agents/loader.js';
import { dontneed } from '../agents/zap.js';
import { NOT_NESTED } from '../ops/pending.js';
import { type OnePage, onePage } from '../setup.js';

/** Race B3. */
export const secondDontneed: Scenario = defineScenario<OnePage>({
  id: 'zap/second-dontneed',
  title: 'A second MADV_DONTNEED finds the entry empty and has nothing to flush',
  source:
    'mm_tlb_flush_nested() in tlb_finish_mmu(), Linux 4.13: what a flush that is put off past the lock, the subject of October 2022 (seed 003), costs others',
  about:
    'Two threads throw the same page away. The first empties the entry and drops the lock, its flush pending. The second finds nothing and flushes nothing. May it return while a third CPU still reads the page? No: its caller relies on the page being gone. Linux counts the gathers of an address space from before the first change until after the flush. A thread that is not alone at the end flushes its whole range. Forcing the flush under the lock would also work: then an empty entry is a flushed one.',
  invariants: ['STALE', 'UAF'],
  params: { block: 1 },
  setup: (w) => onePage(w),
  agents: {
    first: dontneed(0, { promise: true }),
    second: dontneed(2, { promise: true }),
    user: loader,
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'not-nested': {
      what: 'a gather ends without a look at others',
      breaks: 'STALE',
      why: 'the second call returns while the flush of the first is still to come',
      patch: NOT_NESTED,
      only: ['second'],
    },
  },
});
