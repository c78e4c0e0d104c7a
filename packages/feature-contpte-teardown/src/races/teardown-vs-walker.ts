import { nothing, type Patch, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { teardown } from '../agents/teardown.js';
import { writer } from '../agents/writer.js';
import { type Block, mapBlock } from '../block.js';
import { NO_BLOCK_TRANSLATIONS } from '../less.js';

/** Clears with a plain store what it has read before: the reading must not be trusted. */
const readThenStore: Patch = {
  *ptepGetAndClearFull(m, mm, addr, ptep) {
    const pte = yield* m.pte.ptepGet(ptep);
    yield* m.pte.pteClear(mm, addr, ptep);
    return pte;
  },
};

/** Seed 000 (a): the teardown that does not unfold, against hardware that still writes. */
export const teardownVsWalker: Scenario = defineScenario<Block>({
  id: 'contpte/teardown-vs-walker',
  title: 'Process teardown clears a folded block entry by entry while the hardware still writes',
  source:
    'ptep_get_and_clear_full() thread, 28 November 2023 (seed 000): the first version, and the proposal that stashes access and dirty in the last valid entry',
  about:
    "A process exits, and its blocks are cleared entry by entry without an unfold. The hardware may record a store in any entry, so an entry that says clean proves nothing. Is a store lost? The first version read all entries and then wrote them, and lost a store in between. The proposal does not: it clears one entry atomically, moves its flags by compare-and-exchange into a valid entry, and adds the other entries' flags. The test marks only the page whose call returned dirty. So each call must return every flag recorded anywhere in the block.",
  invariants: ['DIRTY', 'UAF'],
  params: { block: 4 },
  less: [NO_BLOCK_TRANSLATIONS],
  sizes: [{ block: 16 }],
  setup: (w) => mapBlock(w),
  agents: { zap: teardown(), user: writer() },
  linux: { '6.7+contpte-v2': 'upstream' },
  mutants: {
    'read-then-store': {
      what: 'an entry is read first, and cleared with a plain store afterwards',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty between the read and the store, and the store erases it',
      unless: REASONS.softwareDirty,
      patch: readThenStore,
    },
    'leaves-one-valid': {
      what: 'the last entry is left as it is until after the invalidation',
      breaks: 'UAF',
      why: 'a walk after the invalidation reaches the page through it, and the page is free',
      patch: {
        *ptepGetAndClearFull(m, mm, addr, ptep, full) {
          const last = ptep.index === ptep.table.entries.length - 1;
          return last ? yield* m.pte.ptepGet(ptep) : yield* m.pte.ptepGetAndClearFull(mm, addr, ptep, full);
        },
      },
    },
    'no-flush': {
      what: 'the pages are freed without an invalidation',
      breaks: 'UAF',
      why: 'a TLB still translates to the page when it goes back to the allocator',
      patch: { tlbFlush: nothing },
    },
  },
});
