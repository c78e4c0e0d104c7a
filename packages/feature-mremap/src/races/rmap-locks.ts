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
    'Truncation goes through every area that maps the file, takes the page from each, and then relies on its being mapped nowhere. It looks at one table at a time. If it comes to the new area before the entry has arrived and to the old one after the entry has left, it misses the page. Where areas may be visited in that order mremap holds the lock of the reverse map while it moves, so the walk comes before or after it. The machine finds nothing missed with the lock, and the missed entry without.',
  invariants: ['MISS'],
  params: { pages: 1 },
  sizes: [{ pages: 2 }, { pages: 1, tables: 1 }],
  setup: (w) => moveSetup(w, { file: true, newFirst: true }),
  agents: {
    mremap: mover({ needRmapLocks: true, promise: false }),
    truncate,
  },
  mutants: {
    'no-rmap-lock': {
      what: 'mremap moves without the lock of the reverse map',
      breaks: 'MISS',
      why: 'the walk is at the new area before the move and at the old one after it',
      patch: { takeRmapLocks: nothing, dropRmapLocks: nothing },
    },
  },
});
