import { type AgentSpec, nothing, type Scenario } from '@racewalk/machine';
import { defineScenario, TTU_BATCH_FLUSH } from '@racewalk/mm';
import { user } from '../agents/users.js';
import { type Mapped, mapPage } from '../setup.js';

/** Unmaps a dirty page of a file and leaves the writing to others. */
const leavesDirty: AgentSpec<Mapped> = {
  cpu: 0,
  role: 'kernel',
  note: 'shrink_folio_list, keeps dirty file pages',
  *run(m, s) {
    yield* m.lock(s.folio.lock);
    yield* m.k.tryToUnmap(s.folio, TTU_BATCH_FLUSH);
    yield* m.k.tryToUnmapFlushDirty();
    yield* m.unlock(s.folio.lock);
    yield* m.k.tryToUnmapFlush();
  },
};

/** Writes the page out if it is dirty. */
const flusher: AgentSpec<Mapped> = {
  cpu: 2,
  role: 'kernel',
  note: 'writeback',
  *run(m, s) {
    yield* m.k.writeCachePages(s.folio);
  },
};

/** A page is unmapped and unlocked, and its flush is still owed. */
export const batchVsWriteback: Scenario = defineScenario<Mapped>({
  id: 'reclaim/batch-vs-writeback',
  title: 'Writeback takes a page that reclaim has unmapped and not yet flushed',
  source:
    'Paths that keep a flush queued, Jann Horn, 26 October 2022 (seed 003); a mapping given up before its flush, Linux 5df397dec7c4 (6.2, 2022), here in reclaim',
  about:
    'Before writeback writes a page, it cleans every entry that maps it. Reclaim removes entries and flushes later. Can a store be lost in between? No, if the folio stays locked until the flush, or if the flush comes first. Otherwise writeback finds no entry to clean and writes the page, while a CPU stores through a dirty translation. Reclaim loses that store if it unlocks a dirty file page before its batch is flushed. As we read Linux 6.12, shrink_folio_list() does that. This model does not show whether something else protects those pages.',
  invariants: ['DIRTY'],
  params: { block: 1 },
  setup: (w) => mapPage(w, { file: true, dirty: true }),
  agents: { reclaim: leavesDirty, writeback: flusher, user: user() },
  linux: {
    '6.12': {
      what: 'reclaim leaves a dirty file page to the flusher threads, unlocks it, and flushes at the end of its batch',
      kernel: { file: 'mm/vmscan.c', functions: ['shrink_folio_list'] },
      known:
        'as we read the source; whether something else protects these pages is not known, and no report was found',
      breaks: 'DIRTY',
      why: 'writeback finds no mapping to clean, and a TLB still has the page as dirty',
      patch: { tryToUnmapFlushDirty: nothing },
    },
  },
  mutants: {
    'unlock-before-flush': {
      what: 'reclaim unlocks the page and flushes at the end of its batch',
      breaks: 'DIRTY',
      why: 'writeback finds no mapping to clean, and a TLB still has the page as dirty',
      patch: { tryToUnmapFlushDirty: nothing },
    },
  },
});
