import { PTE_ZERO } from '@racewalk/core';
import { type Patch, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { eitherAddress } from '../agents/either-address.js';
import { type Move, moveSetup, mremap, NO_FLUSH } from '../agents/mremap.js';
import { ends } from '../agents/user.js';

/** The value as it stands, contiguous mark and all. */
const copyVerbatim: Patch = {
  ptepGetAndClear: (m, _mm, _addr, ptep) => m.entries.xchg(ptep, PTE_ZERO),
  setPteAt: (m, _mm, _addr, ptep, pte) => m.entries.writeOnce(ptep, pte),
};

/** Seed 004 (k): a block moves to an address where it cannot be one. */
export const moveUnaligned: Scenario = defineScenario<Move>({
  id: 'contpte/move-unaligned',
  title: 'move_ptes moves a folded block to an address that is not aligned',
  source: 'Transparent contiguous PTEs, v2, November 2023 (seed 004), case 4 of the review',
  about:
    'mremap moves a folded block to an address that is one page off. The hardware rounds the address down to find the first frame of a block, so an entry that keeps its contiguous mark there translates to wrong frames. Does the move drop the mark? Yes. Taking an entry out unfolds the block, and setting an entry never copies a mark: it makes one only where address, frame and neighbours qualify. A copy that takes the value as it is fails at its first store.',
  invariants: ['DIRTY', 'STALE', 'CONT'],
  params: { block: 4 },
  setup: (w) => moveSetup(w, 1),
  agents: { mremap, user: eitherAddress(ends) },
  linux: { '6.12': 'upstream' },
  mutants: {
    'copy-verbatim': {
      what: 'the value is copied as it stands, with the contiguous mark',
      breaks: 'CONT',
      why: 'address and frame are not aligned alike, and the walker derives the wrong frame',
      unless: REASONS.noBlocks,
      patch: copyVerbatim,
      within: 'movePtes',
    },
    'no-flush': {
      what: 'the old addresses are not invalidated',
      breaks: 'STALE',
      why: 'a TLB still has the old address after the call is complete',
      patch: NO_FLUSH,
    },
  },
});
