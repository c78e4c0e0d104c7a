import { ptepAdd } from '@racewalk/core';
import { type AgentSpec, type FunctionTable, type Patch, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario, freePage, moveLockedBatched } from '@racewalk/mm';
import { eitherAddress } from '../agents/either-address.js';
import { FLUSH_LATE, type Move, moveSetup, mremap } from '../agents/mremap.js';
import { addrAt, entryAt, frameAt, locked } from '../setup.js';

/** The body of Linux 6.17. */
const MOVES_BATCHED: Patch = { moveLocked: moveLockedBatched };

/** Another thread that already knows the new address and throws the first page away there. */
const dontneed: AgentSpec<Move> = {
  cpu: 2,
  role: 'kernel',
  note: 'MADV_DONTNEED at the new address',
  *run(m, s) {
    const { vma } = s.to;
    const pte = yield* locked(m, s.to, () => m.pte.ptepClearFlush(vma, addrAt(s.to, 0), entryAt(s.to, 0)));
    if (!m.v.ptePresent(pte)) return;
    if (m.v.pteDirty(pte)) yield* m.k.folioMarkDirty(s.folio);
    yield* freePage(m, frameAt(s, 0));
  },
};

/** Seed 004: "If we had a batching mechanism, we could just clear the whole source contpte block in one hit". */
export const moveBatched: Scenario = defineScenario<Move>({
  id: 'contpte/move-batched',
  title: 'move_ptes moves a folded block in one batch',
  source:
    'Transparent contiguous PTEs, v2, November 2023 (seed 004), case 4 of the review: a batched mremap; merged in Linux 6.17 with get_and_clear_ptes() and set_ptes()',
  about:
    'May mremap take a whole block out with one operation and set it with another, without unfolding? Yes. The one value that comes back has the access and dirty state of all entries, the block is set folded where the new address allows it, and the range is flushed under both locks. A store through the old address is seen at the new one. The flush has to come before the locks are dropped, as in the loop over single entries; and at an unaligned address the entries must not keep their mark.',
  invariants: ['DIRTY', 'UAF', 'STALE', 'CONT'],
  params: { block: 4 },
  setup: (w) => {
    w.binder.replace(MOVES_BATCHED as FunctionTable, {});
    return moveSetup(w, 0);
  },
  agents: { mremap, user: eitherAddress(() => [0]), dontneed },
  mutants: {
    'flush-late': {
      what: 'the old addresses are invalidated after both locks are dropped',
      breaks: 'UAF',
      why: 'the page is freed at its new address while a TLB still has the old one',
      patch: FLUSH_LATE,
    },
  },
});

/** The same to an address where the block cannot be one. */
export const moveBatchedUnaligned: Scenario = defineScenario<Move>({
  id: 'contpte/move-batched-unaligned',
  title: 'move_ptes moves a folded block in one batch to an unaligned address',
  source: moveBatched.source,
  about:
    'At the new address the pages cannot be one block. Does set_ptes() of the whole batch leave the mark off? Yes: it sets the mark by where the entries land, not by what they were. Copied as they are, they would be entries of a block at the wrong place.',
  invariants: ['DIRTY', 'STALE', 'CONT'],
  params: { block: 4 },
  setup: (w) => {
    w.binder.replace(MOVES_BATCHED as FunctionTable, {});
    return moveSetup(w, 1);
  },
  agents: { mremap, user: eitherAddress(() => [0]) },
  mutants: {
    'copy-verbatim': {
      what: 'the entries are set as they came out',
      breaks: 'CONT',
      why: 'they have the mark of a block, and are not aligned as one',
      unless: REASONS.noBlocks,
      patch: {
        *setPtes(m, _mm, _addr, ptep, pte, nr) {
          for (let i = 0; i < nr; i++)
            yield* m.entries.writeOnce(ptepAdd(ptep, i), m.v.pteAdvancePfn(pte, i));
        },
      },
    },
  },
});
