import type { Ptep } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type AgentSpec, type Machine, type Patch, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { user } from '../agents/user.js';
import { convertFromLook, convertInPlace, type Mark, markSingle } from '../ops/convert.js';
import { foldedMapping, type Mapping } from '../setup.js';

/** `mprotect` of the first page alone: it becomes read-only. */
const protectFirst: AgentSpec<Mapping> = {
  cpu: 0,
  role: 'kernel',
  note: 'mprotect of one page',
  *run(m, s) {
    const first = { ...s.vma, end: s.vma.start + 1 };
    yield* m.k.doMprotectPkey([first], { read: true, write: false });
    yield* m.completes('unwritable', s.vma, first.start, first.end);
  },
};

/** The block is unfolded in another way before the architecture would do it. */
const unfoldedBy = (unfold: (m: Machine, block: readonly Ptep[], mark: Mark) => Step<void>): Patch => ({
  *ptepModifyProtStart(m, vma, addr, ptep) {
    yield* unfold(m, ptep.table.entries, markSingle);
    return yield* m.pte.ptepModifyProtStart(vma, addr, ptep);
  },
});

/** Seed 004 (g): one page of a folded block gets another protection. */
export const unfoldVsWalker: Scenario = defineScenario<Mapping>({
  id: 'contpte/unfold-vs-walker',
  title: 'A block is unfolded while other CPUs store to its pages',
  source: 'Transparent contiguous PTEs, v2, November 2023 (seed 004): contpte_try_unfold()',
  about:
    'One page of a folded block becomes read-only. A block has one protection, so it must first be unfolded into single entries, by break before make. Is a store lost on the way? No. Flags recorded in any entry then belong to every page of the block, because nobody knows which page was written. Afterwards the page must be read-only on every CPU and its neighbours writable. The machine finds no schedule in which this fails.',
  invariants: ['DIRTY', 'CONT', 'PERM'],
  params: { block: 4 },
  setup: (w) => foldedMapping(w),
  agents: { protect: protectFirst, user: user() },
  linux: { '6.12': 'upstream' },
  mutants: {
    'unmark-in-place': {
      what: 'the contiguous mark is taken from the live entries, one after the other',
      breaks: 'CONT',
      why: 'entries of one block differ in their mark while they can be walked, and nothing was invalidated',
      unless: REASONS.noBlocks,
      patch: unfoldedBy(convertInPlace),
    },
    'flags-from-a-look': {
      what: 'the entries are read first, then emptied with plain stores, and written back as they were read',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty after the look, and the entry that says so is overwritten',
      unless: REASONS.softwareDirty,
      patch: unfoldedBy(convertFromLook),
    },
  },
});
