import { REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { mover } from '../agents/mover.js';
import { user } from '../agents/user.js';
import { COPY_THEN_CLEAR, COPY_VERBATIM, FLUSH_NEVER } from '../ops/variants.js';
import { type Move, moveSetup } from '../setup.js';

/** A store through the old address while the entry is on its way. */
export const moveVsWriter: Scenario = defineScenario<Move>({
  id: 'mremap/move-vs-writer',
  title: 'move_ptes takes an entry along while another CPU stores through it',
  source:
    'Transparent contiguous PTEs, v2, 28 November 2023 (seed 004), case 4 of the review: move_ptes() goes through the range entry by entry',
  about:
    'A CPU stores through the old or the new address while mremap moves the entry. Is the store remembered? Yes: for one page under one lock or two, and for a block of two that arrives aligned or one page off. The mover takes the entry out atomically and sets it with its flags at the new address. Then nobody reaches the page by the old address. A copy made before the entry is emptied loses a store where hardware sets dirty. A flush after the locks is safe with only these two threads, so that bug lived long.',
  invariants: ['DIRTY', 'STALE', 'CONT'],
  params: { block: 2, shift: 1 },
  sizes: [
    { block: 1, shift: 0 },
    { block: 1, shift: 0, tables: 1 },
    { block: 2, shift: 0 },
  ],
  setup: (w) => moveSetup(w),
  agents: { mremap: mover(), user: user({ address: 'either' }) },
  linux: { '6.12': 'upstream' },
  mutants: {
    'copy-then-clear': {
      what: 'the entry is set at the new address before it is emptied at the old one',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty in the old entry after it was read, and then the entry is emptied',
      unless: REASONS.softwareDirty,
      patch: COPY_THEN_CLEAR,
    },
    'copy-verbatim': {
      what: 'a block is moved bit by bit, with its contiguous mark, to an address that is one page off',
      breaks: 'CONT',
      why: 'the mark says that frame and address are aligned alike, and they are not',
      unless: REASONS.noBlocks,
      patch: COPY_VERBATIM,
      within: 'movePtes',
    },
    'no-flush': {
      what: 'the old addresses are not invalidated at all',
      breaks: 'STALE',
      why: 'a TLB still translates the old address when the call returns',
      patch: FLUSH_NEVER,
    },
  },
});
