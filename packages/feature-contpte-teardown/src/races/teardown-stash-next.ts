import { REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { upOrDown } from '../agents/orders.js';
import { type ClearOne, teardown } from '../agents/teardown.js';
import { writer } from '../agents/writer.js';
import { addrAt, type Block, mapBlock } from '../block.js';
import { getAndClearFullStashNext, type StashOptions } from '../ops/stash-next.js';

const stashing =
  (options: StashOptions = {}): ClearOne =>
  (m, s, i) => {
    const ptep = s.entries[i]!;
    return getAndClearFullStashNext(m, s.vma.mm, addrAt(ptep), ptep, options);
  };

/** Seed 000 (a), the variant discussed before the patch: stash upwards, wrap at the top. */
export const teardownStashNext: Scenario = defineScenario<Block>({
  id: 'contpte/teardown-stash-next',
  title: 'Teardown that stashes access and dirty in the next valid entry upwards, with wrap',
  source: 'ptep_get_and_clear_full() thread, 28 November 2023 (seed 000): the paragraph before the patch',
  about:
    'The first sketch of the repair moved what a cleared entry knew to the next valid entry above it, and wrapped at the top of the block so that a caller may clear in any order. The kernel clears from low to high, where no wrap is ever needed, so it is easy to leave out. The machine runs both directions: with the wrap every call reports what the block knew, without it the first call of a teardown from the top has nowhere to put a store of another page.',
  invariants: ['DIRTY', 'UAF'],
  params: { block: 4 },
  sizes: [{ block: 16 }],
  setup: (w) => mapBlock(w),
  agents: { zap: teardown({ clear: stashing(), order: upOrDown }), user: writer() },
  mutants: {
    'no-wrap': {
      what: 'the search for a valid entry ends at the top of the block',
      breaks: 'DIRTY',
      why: 'clearing from high to low, nothing above is valid, and what the entry knew is dropped',
      unless: REASONS.noHardwareBlocks,
      agents: { zap: teardown({ clear: stashing({ wrap: false }), order: upOrDown }) },
    },
    'plain-store': {
      what: 'the stash is a read and a plain store',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty in the receiving entry between the read and the store, which erases it',
      unless: REASONS.noHardwareBlocks,
      agents: { zap: teardown({ clear: stashing({ atomic: false }), order: upOrDown }) },
    },
  },
});
