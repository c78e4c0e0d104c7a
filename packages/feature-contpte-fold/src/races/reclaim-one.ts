import { type AgentSpec, type Patch, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { user } from '../agents/user.js';
import { foldedMapping, type Mapping } from '../setup.js';

/** What the entry said before it was emptied is believed. */
const lookThenClear: Patch = {
  *ptepClearFlush(m, vma, addr, ptep) {
    const look = yield* m.pte.ptepGet(ptep);
    yield* m.pte.ptepClearFlush(vma, addr, ptep);
    return look;
  },
};

/** The entry is emptied and nothing more. */
const clearOnly: Patch = {
  ptepClearFlush: (m, vma, addr, ptep) => m.pte.ptepGetAndClear(vma.mm, addr, ptep),
};

/** Unmaps the folio, entry by entry; with the last mapping it is freed. */
const reclaim: AgentSpec<Mapping> = {
  cpu: 0,
  role: 'kernel',
  note: 'try_to_unmap',
  *run(m, s) {
    yield* m.k.tryToUnmap(s.folio, 0);
    yield* m.completes('unmapped', s.vma);
  },
};

/** Seed 004 (j): reclaim takes a folio apart page by page. */
export const reclaimOne: Scenario = defineScenario<Mapping>({
  id: 'contpte/reclaim-one',
  title: 'Reclaim unmaps a folded block entry by entry',
  source:
    'Transparent contiguous PTEs, v2, November 2023 (seed 004), case 3 of the review: try_to_unmap_one()',
  about:
    'try_to_unmap_one() goes through a folio entry by entry and takes each out of its block. Does it lose flags? No: the first one unfolds, so every flag recorded in the block counts for the page that goes and for those that stay. This matters because only a dirty page is written to swap. Meanwhile a CPU stores to the page or its neighbour, perhaps with the whole block in its TLB. The machine finds no lost store and no access after the page is freed.',
  invariants: ['DIRTY', 'UAF', 'STALE', 'CONT'],
  params: { block: 4 },
  setup: (w) => foldedMapping(w),
  agents: { reclaim, user: user({ pages: () => [0, 1] }) },
  linux: { '6.12': 'upstream' },
  mutants: {
    'dirty-before-clear': {
      what: 'whether the page is dirty is decided by a look before the entry is emptied',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty after the look, and the value that says so is thrown away',
      unless: REASONS.softwareDirty,
      patch: lookThenClear,
      only: ['reclaim'],
    },
    'no-flush': {
      what: 'the entry is emptied and not invalidated before the page is freed',
      breaks: 'UAF',
      why: 'a TLB still translates to the page when it goes back to the allocator',
      patch: clearOnly,
      only: ['reclaim'],
      agents: {
        reclaim: {
          ...reclaim,
          // No promise: what is shown here is the access to a free page.
          *run(m, s) {
            yield* m.k.tryToUnmap(s.folio, 0);
          },
        },
      },
    },
  },
});
