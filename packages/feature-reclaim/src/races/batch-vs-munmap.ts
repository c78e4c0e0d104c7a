import type { AgentSpec, Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { reclaimer } from '../agents/reclaimer.js';
import { user } from '../agents/users.js';
import { barrierOnly, noDrain } from '../ops/drains.js';
import { noBroadcast } from '../reasons.js';
import { type Mapped, mapPage } from '../setup.js';

/** The table stays: another area may use it. */
const munmap: AgentSpec<Mapped> = {
  cpu: 2,
  role: 'kernel',
  note: 'munmap',
  *run(m, s) {
    yield* m.lock(s.vma.mm.mmapLock);
    const tlb = yield* m.k.tlbGatherMmu(s.vma.mm);
    yield* m.k.unmapPageRange(tlb, s.vma, s.vma.start, s.vma.end, null);
    yield* m.k.tlbFinishMmu(tlb);
    yield* m.completes('unmapped', s.vma);
    yield* m.unlock(s.vma.mm.mmapLock);
  },
};

/** munmap finds a swap entry whose flush is still owed. */
export const batchVsMunmap: Scenario = defineScenario<Mapped>({
  id: 'reclaim/batch-vs-munmap',
  title: 'munmap comes to an entry that reclaim has emptied and not yet flushed',
  source:
    'Zap with a flush under the page-table lock, and whether another path empties entries and flushes later: Jann Horn, 26 October 2022 (seed 003)',
  about:
    'The proposal to flush before the page-table lock is dropped works only if no other path empties a present entry and flushes later. The reply names reclaim as such a path and calls it harmless. Is it? Yes: a zap that finds a swap entry first makes the flushes that reclaim owes. So when it returns, nobody translates the range, and every CPU sees whatever is mapped there next. Without that flush the old translation outlives the zap. If the page is still present, the zap flushes itself and reclaim finds nothing to unmap.',
  invariants: ['STALE', 'UAF'],
  params: { block: 1, dirty: true },
  sizes: [{ block: 1, dirty: false }],
  setup: (w) => mapPage(w),
  agents: { reclaim: reclaimer, munmap, user: user() },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-drain': {
      what: 'the zap does not look whether reclaim owes a flush',
      breaks: 'STALE',
      why: 'a swap entry needs no flush, and a TLB still has the translation it took the place of',
      patch: { flushTlbBatchedPending: noDrain },
    },
    'barrier-only': {
      what: 'the zap waits with a barrier for the invalidations that reclaim has issued',
      breaks: 'STALE',
      why: 'a barrier completes the invalidations of its own CPU, and these are those of another',
      notApplicable: noBroadcast,
      patch: { flushTlbBatchedPending: barrierOnly },
    },
  },
});
