import { nothing, type Patch, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario, freePage } from '@racewalk/mm';
import { teardown } from '../agents/teardown.js';
import { writer } from '../agents/writer.js';
import { type Block, mapBlock } from '../block.js';

/** Two pages whose entries go at different times. */
const ends = (n: number) => [0, n - 1];

/** The gather has room for two pages, and pages do not wait for the rest of their folio. */
const fullAfterTwo: Patch = {
  __tlbRemovePage: (m, tlb, page) => m.k.__tlbRemoveFolioPages(tlb, page, 1, false) || tlb.pages.length === 2,
  *tlbBatchPagesFlush(m, tlb) {
    for (const { page } of tlb.pages.splice(0)) yield* freePage(m, page);
  },
};

/** Seed 000 (a): a translation of the whole block outlives the entry of one page. */
export const teardownStaleSibling: Scenario = defineScenario<Block>({
  id: 'contpte/teardown-stale-sibling',
  title: 'A TLB entry for the whole block reaches a page whose own entry is already cleared',
  source:
    'ptep_get_and_clear_full() thread, 28 November 2023 (seed 000); why per-page reports cannot be enough',
  about:
    "A TLB may hold one entry for the whole block, read from any member. So while one member is valid, a CPU can still reach a page whose own entry was cleared, and its store is recorded in a member cleared later. Is that store lost? Not if the caller marks the folio dirty: the flags of a folded block belong to the folio, so folding requires one folio. No stash helps, because the store came after the page's own entry was cleared. The teardown is wrong if it marks only the page whose entry reported dirty.",
  invariants: ['DIRTY', 'UAF'],
  params: { block: 4 },
  setup: (w) => mapBlock(w),
  agents: {
    zap: teardown({ account: 'folio' }),
    user: writer({ pages: ends }),
  },
  linux: { '6.7+contpte-v2': 'upstream' },
  mutants: {
    'account-per-page': {
      what: 'only the page whose entry reported dirty is marked, not the folio',
      breaks: 'DIRTY',
      why: 'the store of a page whose entry is gone is recorded in the entry of a sibling',
      unless: REASONS.noDirtyBlockTranslations,
      agents: { zap: teardown() },
    },
    'freed-half-way': {
      what: 'the pages cleared so far are invalidated and freed in the middle of the block',
      breaks: 'UAF',
      why: 'a walk through an entry that is left gives the TLB a translation of the whole block again',
      unless: REASONS.noBlockTranslations,
      patch: fullAfterTwo,
    },
    'no-flush': {
      what: 'the pages are freed without an invalidation',
      breaks: 'UAF',
      why: 'a TLB still translates to the page when it goes back to the allocator',
      patch: { tlbFlush: nothing },
    },
  },
});
