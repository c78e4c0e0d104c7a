import { type AgentSpec, nothing, type Scenario } from '@racewalk/machine';
import { defineScenario, freePage, TTU_BATCH_FLUSH } from '@racewalk/mm';
import { user } from '../agents/users.js';
import { type Mapped, mapPage } from '../setup.js';

/** Unmaps its batch, flushes once, then moves: the old page goes back. */
const migrate: AgentSpec<Mapped> = {
  cpu: 0,
  role: 'kernel',
  note: 'migrate_pages_batch',
  *run(m, s) {
    yield* m.k.tryToMigrate(s.folio, TTU_BATCH_FLUSH);
    yield* m.k.tryToUnmapFlush();
    // The contents are copied, and the reference of the isolation is the last one.
    if ((yield* m.k.folioPutRefs(s.folio, 1)) === 0) yield* freePage(m, s.frame);
  },
};

/** Seed 003: other code that makes a present entry non-present and puts the flush off. */
export const migrateBatch: Scenario = defineScenario<Mapped>({
  id: 'reclaim/migrate-batch',
  title: 'Migration unmaps many pages and flushes once, before any of them moves',
  source:
    'Jann Horn, 26 October 2022 (seed 003): is there other code that keeps a flush queued; try_to_migrate_one() with TTU_BATCH_FLUSH, Linux 7e12beb8ca2a (6.3)',
  about:
    'Since 6.3 migration puts its flushes off as reclaim does: entries of a batch become migration entries, and one flush comes at the end. When must it come? Before any page is copied. A CPU that still translates to the old page could store to it after the copy, or reach it after it was freed. The machine agrees: with the flush first no page is reached that is free, and no store is lost.',
  invariants: ['UAF', 'DIRTY'],
  params: { block: 1 },
  setup: (w) => mapPage(w, { dirty: true }),
  agents: { migrate, user: user('load') },
  mutants: {
    'moved-before-flush': {
      what: 'the pages move before the flush that was put off is made',
      breaks: 'UAF',
      why: 'a TLB still translates to the old page when it goes back to the allocator',
      patch: { tryToUnmapFlush: nothing },
    },
  },
});
