import { type Patch, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { upOrDown } from '../agents/orders.js';
import { teardown } from '../agents/teardown.js';
import { writer } from '../agents/writer.js';
import { type Block, mapBlock } from '../block.js';
import { NO_WRAP, stashesNext } from '../ops/stash-next.js';

/** A read and a plain store in the place of the compare and exchange. */
const plainStore: Patch = {
  *stash(m, ptep, seen, orig) {
    const dirty = m.v.pteDirty(orig) ? m.v.pteMkdirty(seen) : seen;
    const wanted = m.v.pteYoung(orig) ? m.v.pteMkyoung(dirty) : dirty;
    if (wanted !== seen) yield* m.entries.writeOnce(ptep, wanted, 'ptep_get_and_clear_full');
  },
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
  setup(w) {
    stashesNext(w);
    return mapBlock(w);
  },
  agents: { zap: teardown({ order: upOrDown }), user: writer() },
  mutants: {
    'no-wrap': {
      what: 'the search for a valid entry ends at the top of the block',
      breaks: 'DIRTY',
      why: 'clearing from high to low, nothing above is valid, and what the entry knew is dropped',
      unless: REASONS.noHardwareBlocks,
      patch: NO_WRAP,
    },
    'plain-store': {
      what: 'the stash is a read and a plain store',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty in the receiving entry between the read and the store, which erases it',
      unless: REASONS.noHardwareBlocks,
      patch: plainStore,
    },
  },
});
