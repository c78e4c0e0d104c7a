import { type AgentSpec, type Patch, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario, freePage } from '@racewalk/mm';
import { user } from '../agents/user.js';
import { addrAt, entryAt, foldedMapping, frameAt, locked, type Mapping } from '../setup.js';

/** The page that is reclaimed. */
const PAGE = 1;

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

/**
 * `try_to_unmap_one`: a swap entry takes the place of one page, and the page is freed. `promise`: say when it is
 * unmapped; a mutant that shows something else keeps quiet.
 */
const reclaim = (promise = true): AgentSpec<Mapping> => ({
  cpu: 0,
  role: 'kernel',
  note: 'try_to_unmap_one',
  *run(m, s) {
    const ptep = entryAt(s, PAGE);
    yield* locked(m, s, function* () {
      const pte = yield* m.pte.ptepClearFlush(s.vma, addrAt(s, PAGE), ptep);
      if (m.v.pteDirty(pte)) yield* m.k.setPageDirty(frameAt(s, PAGE));
      const swap = m.arch.swap.swpEntryToPte({ type: 1, offset: 0x10 });
      yield* m.pte.setPteAt(s.vma.mm, addrAt(s, PAGE), ptep, swap);
    });
    if (promise) yield* m.completes('unmapped', s.vma, ptep.vpn, ptep.vpn + 1);
    yield* freePage(m, frameAt(s, PAGE));
  },
});

/** Seed 004 (j): reclaim takes a folio apart page by page. */
export const reclaimOne: Scenario = defineScenario<Mapping>({
  id: 'contpte/reclaim-one',
  title: 'Reclaim unmaps one entry of a folded block',
  source:
    'Transparent contiguous PTEs, v2, November 2023 (seed 004), case 3 of the review: try_to_unmap_one()',
  about:
    'try_to_unmap_one() goes through a folio entry by entry and takes each out of its block. Does it lose flags? No: the first one unfolds, so every flag recorded in the block counts for the page that goes and for those that stay. This matters because only a dirty page is written to swap. Meanwhile a CPU stores to the page or its neighbour, perhaps with the whole block in its TLB. The machine finds no lost store and no access after the page is freed.',
  invariants: ['DIRTY', 'UAF', 'STALE', 'CONT'],
  params: { block: 4 },
  setup: (w) => foldedMapping(w),
  agents: { reclaim: reclaim(), user: user({ pages: () => [0, PAGE] }) },
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
      agents: { reclaim: reclaim(false) },
    },
  },
});
