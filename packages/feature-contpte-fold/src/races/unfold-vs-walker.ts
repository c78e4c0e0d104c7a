import type { Step } from '@racewalk/core/step';
import { type AgentSpec, type Machine, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { user } from '../agents/user.js';
import { convertFromLook, convertInPlace, markSingle } from '../ops/convert.js';
import { addrAt, entryAt, foldedMapping, locked, type Mapping } from '../setup.js';

type Unfold = (m: Machine, s: Mapping) => Step<void>;

/**
 * `change_pte_range` for the first page alone: it becomes read-only. `unfold` is done before, where it
 * replaces what the architecture does by itself.
 */
const protectFirst = (unfold?: Unfold): AgentSpec<Mapping> => ({
  cpu: 0,
  role: 'kernel',
  note: 'mprotect of one page',
  *run(m, s) {
    const [addr, ptep] = [addrAt(s, 0), entryAt(s, 0)];
    yield* locked(m, s, function* () {
      if (unfold !== undefined) yield* unfold(m, s);
      const old = yield* m.pte.ptepModifyProtStart(s.vma, addr, ptep);
      yield* m.pte.ptepModifyProtCommit(s.vma, addr, ptep, old, m.v.pteWrprotect(m.v.pteMknoncont(old)));
    });
    yield* m.tlb.flushTlbPage(s.vma, addr);
    yield* m.completes('read-only', s.vma, ptep.vpn, ptep.vpn + 1);
  },
});

/** Seed 004 (g): one page of a folded block gets another protection. */
export const unfoldVsWalker: Scenario = defineScenario<Mapping>({
  id: 'contpte/unfold-vs-walker',
  title: 'A block is unfolded while other CPUs store to its pages',
  source: 'Transparent contiguous PTEs, v2, November 2023 (seed 004): contpte_try_unfold()',
  about:
    'One page of a folded block becomes read-only. A block has one protection, so it must be dissolved into single entries first, again by break before make. What the hardware recorded in any entry belongs to every page of the block from then on, for nobody knows which page was written. Afterwards the page must be read-only for everybody, its neighbours writable, and no store lost. The machine finds no schedule in which this fails.',
  invariants: ['DIRTY', 'CONT', 'PERM'],
  params: { block: 4 },
  setup: (w) => foldedMapping(w),
  agents: { protect: protectFirst(), user: user() },
  mutants: {
    'unmark-in-place': {
      what: 'the contiguous mark is taken from the live entries, one after the other',
      breaks: 'CONT',
      why: 'entries of one block differ in their mark while they can be walked, and nothing was invalidated',
      unless: REASONS.noBlocks,
      agents: { protect: protectFirst((m, s) => convertInPlace(m, s, markSingle)) },
    },
    'flags-from-a-look': {
      what: 'the entries are read first, then emptied with plain stores, and written back as they were read',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty after the look, and the entry that says so is overwritten',
      unless: REASONS.softwareDirty,
      agents: { protect: protectFirst((m, s) => convertFromLook(m, s, markSingle)) },
    },
  },
});
