import { type ArchPlugin, ptepAdd } from '@racewalk/core';
import { nothing, type Patch, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { batchTeardown } from '../agents/batch.js';
import { writer } from '../agents/writer.js';
import { type Block, mapBlock } from '../block.js';
import { withFlags } from '../ops/stash-next.js';

/** Reads all, then empties all. */
const readAllThenClear: Patch = {
  *getAndClearFullPtes(m, mm, addr, ptep, nr, full) {
    const op = 'get_and_clear_full_ptes';
    let value = yield* m.entries.readOnce(ptep, op);
    for (let i = 1; i < nr; i++) value = withFlags(m, value, yield* m.entries.readOnce(ptepAdd(ptep, i), op));
    yield* m.pte.clearFullPtes(mm, addr, ptep, nr, full);
    return value;
  },
};

/** Empties all entries, but returns the flags of one. */
const firstSpeaksForAll: Patch = {
  *getAndClearFullPtes(m, mm, addr, ptep, nr, full) {
    const value = yield* m.entries.readOnce(ptep, 'get_and_clear_full_ptes');
    yield* m.pte.clearFullPtes(mm, addr, ptep, nr, full);
    return value;
  },
};

/** Where the fault handler marks every entry of a block, the first one does speak for all. */
function everyEntryMarked(arch: ArchPlugin): string | null {
  if (!arch.has('contPte') || arch.has('hwDirty')) return null;
  return 'the fault handler sets the flags of every entry of a block, so the first one knows all';
}

/** Seed 000 (a), as it was merged: one call for the whole range. */
export const teardownBatched: Scenario = defineScenario<Block>({
  id: 'contpte/teardown-batched',
  title: 'Teardown with one call for the whole block',
  source:
    'get_and_clear_full_ptes(), the way out of the ptep_get_and_clear_full() thread of November 2023 (seed 000), merged in Linux 6.9',
  about:
    'The caller names the whole range, the operation exchanges each entry atomically, and it returns the union of their flags. Does this batch solve the problem of a half-cleared block? Yes: nobody ever sees one. Blocks that the range covers only in part are unfolded first. There is no compare-and-exchange, no second read and no order to get wrong, but the caller can act only per folio. The machine agrees and finds both parts necessary: the exchange and the union.',
  invariants: ['DIRTY', 'UAF'],
  params: { block: 4 },
  sizes: [{ block: 16 }],
  setup: (w) => mapBlock(w),
  agents: { zap: batchTeardown, user: writer() },
  linux: { '6.12': 'upstream' },
  mutants: {
    'read-all-then-clear': {
      what: 'the range is read first and emptied afterwards',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty after the entry was read, and the second pass throws the news away',
      unless: REASONS.softwareDirty,
      patch: readAllThenClear,
    },
    'first-speaks-for-all': {
      what: 'the flags of the first entry are returned for the whole range',
      breaks: 'DIRTY',
      why: 'a store is recorded in the entry of its own page, or in any entry of its block',
      unless: everyEntryMarked,
      patch: firstSpeaksForAll,
    },
    'no-flush': {
      what: 'the pages are freed without an invalidation',
      breaks: 'UAF',
      why: 'a TLB still translates to the page when it goes back to the allocator',
      patch: { tlbFlush: nothing },
    },
  },
});
