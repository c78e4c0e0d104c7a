import { nothing, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { teardown } from '../agents/teardown.js';
import { writer } from '../agents/writer.js';
import { type Block, mapBlock } from '../block.js';
import { NO_BLOCK_TRANSLATIONS } from '../less.js';

/** The same with two writers: their updates may land on one entry, or on either side of a clear. */
export const teardownVsTwoWalkers: Scenario = defineScenario<Block>({
  id: 'contpte/teardown-vs-two-walkers',
  title: 'The same teardown against two CPUs that write',
  source: 'ptep_get_and_clear_full() thread, 28 November 2023 (seed 000)',
  about:
    'With one store under way, a stash meets the hardware at most once. What if there are two? One CPU writes to the first page and one to the last, and the hardware may record each store in any entry. The entry that receives the stash may become dirty between its read and its exchange while another entry is being cleared. Then the compare-and-exchange fails, and the loop takes the new value along. The machine finds no schedule that loses either store.',
  invariants: ['DIRTY', 'UAF'],
  params: { block: 4 },
  less: [NO_BLOCK_TRANSLATIONS],
  setup: (w) => mapBlock(w, { young: true }),
  agents: {
    zap: teardown(),
    first: writer({ cpu: 1, pages: () => [0] }),
    second: writer({ cpu: 2, pages: (n) => [n - 1] }),
  },
  linux: { '6.7+contpte-v2': 'upstream' },
  mutants: {
    'no-flush': {
      what: 'the pages are freed without an invalidation',
      breaks: 'UAF',
      why: 'a TLB still translates to the page when it goes back to the allocator',
      patch: { tlbFlush: nothing },
    },
  },
});
