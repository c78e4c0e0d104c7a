import { nothing, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { mover } from '../agents/mover.js';
import { truncate } from '../agents/walkers.js';
import { type Move, moveSetup } from '../setup.js';

/** A walk of the reverse map that comes to the new area first. */
export const rmapLocks: Scenario = defineScenario<Move>({
  id: 'mremap/rmap-locks',
  title: 'mremap with need_rmap_locks against truncation, which visits the new area first',
  source: 'need_rmap_locks of move_ptes() in the contpte review, November 2023 (seed 004)',
  about:
    'Truncation visits every area that maps the file, unmaps the page from each, and then relies on the page being unmapped. It locks one table at a time. Can mremap hide an entry from it? Yes: truncation may visit the new area before the entry arrives and the old area after it has left. Where that visiting order is possible, mremap holds the lock of the reverse map during the move, so the walk comes before or after it. With the lock nothing is missed; without it the entry is.',
  invariants: ['MISS'],
  params: { pages: 1 },
  sizes: [{ pages: 2 }, { pages: 1, tables: 1 }],
  setup: (w) => moveSetup(w, { file: true, newFirst: true }),
  agents: {
    mremap: mover({ needRmapLocks: true, promise: false }),
    truncate,
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-rmap-lock': {
      what: 'mremap moves without the lock of the reverse map',
      breaks: 'MISS',
      why: 'the walk is at the new area before the move and at the old one after it',
      patch: { takeRmapLocks: nothing, dropRmapLocks: nothing },
    },
  },
});
