import { REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { anyOrder } from '../agents/orders.js';
import { teardown } from '../agents/teardown.js';
import { writer } from '../agents/writer.js';
import { type Block, mapBlock } from '../block.js';
import { NO_BLOCK_TRANSLATIONS } from '../less.js';
import { NO_WRAP } from '../ops/stash-next.js';

const ends = (n: number) => [0, n - 1];

/** Seed 000 (c): future callers may clear in an order of their own. */
export const teardownAnyOrder: Scenario = defineScenario<Block>({
  id: 'contpte/teardown-any-order',
  title: 'Teardown that clears the entries of a block in any order',
  source:
    'ptep_get_and_clear_full() thread, 28 November 2023 (seed 000): why the search for a valid entry wraps',
  about:
    'The contract of ptep_get_and_clear_full() does not say in which order a caller clears a block. The kernel goes upwards today. Does the proposal depend on that? No: it holds for all 24 orders of a block of four, against a writer whose store may be recorded in any entry. An operation that relies on the order is right only until somebody writes a different loop. A stash that only looks upwards holds for one order.',
  invariants: ['DIRTY', 'UAF'],
  params: { block: 4 },
  less: [NO_BLOCK_TRANSLATIONS],
  setup: (w) => mapBlock(w),
  agents: { zap: teardown({ order: anyOrder }), user: writer({ pages: ends }) },
  linux: { '6.7+contpte-v2': 'upstream' },
  mutants: {
    'upwards-only': {
      what: 'the stash looks for a valid entry above the cleared one only',
      breaks: 'DIRTY',
      why: 'the topmost valid entry is cleared before a lower one, and what it knew is dropped',
      unless: REASONS.noHardwareBlocks,
      // Right for a caller that goes upwards, and for no other.
      patch: NO_WRAP,
    },
  },
});
