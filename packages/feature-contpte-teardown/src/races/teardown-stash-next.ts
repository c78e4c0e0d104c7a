import { PTE_ZERO, type Ptep, type PteWord } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type Machine, type Patch, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { upOrDown } from '../agents/orders.js';
import { teardown } from '../agents/teardown.js';
import { writer } from '../agents/writer.js';
import { type Block, mapBlock } from '../block.js';
import { NO_BLOCK_TRANSLATIONS } from '../less.js';
import { isFolded, NO_WRAP, stashesNext, upwardsFrom, withFlags, withSiblings } from '../ops/stash-next.js';

/** The stash is a read and a plain store. */
const plainStore: Patch = {
  *ptepGetAndClearFull(m, mm, addr, ptep, full) {
    if (!full || !(yield* isFolded(m, ptep))) return yield* m.pte.ptepGetAndClearFull(mm, addr, ptep, full);
    const orig = yield* m.entries.xchg(ptep, PTE_ZERO);
    const others = upwardsFrom(m, ptep);
    yield* stashByStore(m, others, orig);
    return yield* withSiblings(m, others, orig);
  },
};

function* stashByStore(m: Machine, candidates: readonly Ptep[], orig: PteWord): Step<void> {
  for (const p of candidates) {
    const pte = yield* m.entries.readOnce(p);
    if (!m.v.pteValid(pte)) continue;
    if (withFlags(m, pte, orig) !== pte) yield* m.entries.writeOnce(p, withFlags(m, pte, orig));
    return;
  }
}

/** Seed 000 (a), the variant discussed before the patch: stash upwards, wrap at the top. */
export const teardownStashNext: Scenario = defineScenario<Block>({
  id: 'contpte/teardown-stash-next',
  title: 'Teardown that stashes access and dirty in the next valid entry upwards, with wrap',
  source: 'ptep_get_and_clear_full() thread, 28 November 2023 (seed 000): the paragraph before the patch',
  about:
    'The first sketch of the repair moved the flags of a cleared entry to the next valid entry above it. At the top of the block it wrapped around, so that a caller may clear in any order. Is the wrap needed? Yes, for callers that clear from the top. The kernel clears from low to high and never wraps, so the wrap is easy to forget. With the wrap every call reports all flags of the block. Without it the first call of a downward teardown has nowhere to put a store to another page.',
  invariants: ['DIRTY', 'UAF'],
  params: { block: 4 },
  less: [NO_BLOCK_TRANSLATIONS],
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
