import { type AgentSpec, nothing, type Scenario } from '@racewalk/machine';
import { defineScenario, forfeit } from '@racewalk/mm';
import { user } from '../agents/users.js';
import { type Mapped, mapPage } from '../setup.js';

/** MADV_FREE, and some time later reclaim. */
const freeThenReclaim: AgentSpec<Mapped> = {
  cpu: 0,
  role: 'kernel',
  note: 'MADV_FREE, then shrink_folio_list',
  *run(m, s) {
    yield* m.k.madviseFreeSingleVma(s.vma);
    yield* forfeit(s.frame);
    yield* m.k.shrinkInactiveList([s.folio]);
  },
};

/** The page was dirty, and a CPU knows it as dirty. */
export const madviseFreeVsWriter: Scenario = defineScenario<Mapped>({
  id: 'reclaim/madvise-free',
  title: 'MADV_FREE of a dirty page, and a store after it has returned',
  source:
    'MADV_FREE in try_to_unmap_one(), which the review of seed 004 goes through (November 2023); Linux 4.5 (2016)',
  about:
    'MADV_FREE makes entries clean, and the contents may be dropped. A store before it returns may be lost; a store afterwards may not. Is every later store remembered? Yes, if the call invalidates before it returns. Reclaim recognises a store by the dirty state alone, and a CPU with the page cached as dirty stores without recording it. Here reclaim follows the call at once, and a CPU stores at any time. Without the invalidation a store is forgotten, and the page is dropped with it.',
  invariants: ['DIRTY', 'UAF'],
  params: { block: 1 },
  setup: (w) => mapPage(w, { dirty: true, lazyfree: true }),
  agents: { free: freeThenReclaim, user: user() },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-flush': {
      what: 'MADV_FREE makes the entry clean and does not invalidate',
      breaks: 'DIRTY',
      why: 'a TLB still has the page as dirty, and a store through it is not recorded',
      patch: { flushTlbRange: nothing },
      within: 'madviseFreeSingleVma',
    },
  },
});
