import { REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { teardown } from '../agents/teardown.js';
import { writer } from '../agents/writer.js';
import { type Block, mapBlock } from '../block.js';
import { bareExchange } from '../ops/bare-exchange.js';

/** Seed 000 (a): the safe way that the proposal wants to avoid. */
export const teardownUnfold: Scenario = defineScenario<Block>({
  id: 'contpte/teardown-unfold',
  title: 'Teardown without the promise of a full one: the first clear unfolds the block',
  source: 'ptep_get_and_clear_full() thread, 28 November 2023 (seed 000): the path for full = 0',
  about:
    'A caller that does not promise to clear the whole block must unfold it before it clears an entry. The unfold empties all entries, collects their flags, invalidates, and writes single entries with all flags. Is anything lost on the way? No, although for a moment every page is unreachable, and writers fault and wait for the lock. The unfold costs an invalidation that the rest of the teardown makes pointless. That is why the promise was proposed.',
  invariants: ['DIRTY', 'UAF', 'CONT'],
  params: { block: 4 },
  setup: (w) => mapBlock(w),
  agents: { zap: teardown({ full: false }), user: writer() },
  linux: { '6.7+contpte-v2': 'upstream' },
  mutants: {
    'bare-exchange': {
      what: 'entries of the folded block are exchanged one by one without unfolding or stashing',
      breaks: 'DIRTY',
      why: 'the store of one page was recorded in the entry of another, which is gone when the first is asked',
      unless: REASONS.noHardwareBlocks,
      patch: bareExchange,
    },
  },
});
