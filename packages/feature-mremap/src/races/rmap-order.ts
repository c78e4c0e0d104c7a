import type { Scenario } from '@racewalk/machine';
import { defineScenario, TTU_SYNC } from '@racewalk/mm';
import { mover } from '../agents/mover.js';
import { truncate } from '../agents/walkers.js';
import { type Move, moveSetup } from '../setup.js';

/** A walk of the reverse map that comes to the old area first. */
export const rmapOrder: Scenario = defineScenario<Move>({
  id: 'mremap/rmap-order',
  title: 'mremap without need_rmap_locks against truncation, which visits the old area first',
  source: 'need_rmap_locks of move_ptes() in the contpte review, November 2023 (seed 004)',
  about:
    'Where the new area is known to come behind the old one in the order of the reverse map, mremap moves without its lock. A walk that finds the old entry gone finds the new one set, because the two tables are locked until both are done and the walk comes to the new table later. That takes two things: the order, and a walk that looks under the lock. In the middle of a move an entry is in neither table, and a walk that peeks without the lock passes both. The machine agrees with the rule and finds both ways to break it.',
  invariants: ['MISS'],
  params: { pages: 1 },
  sizes: [{ pages: 2 }, { pages: 1, tables: 1 }],
  setup: (w) => moveSetup(w, { file: true }),
  agents: { mremap: mover({ promise: false }), truncate },
  mutants: {
    'new-first': {
      what: 'the walk visits the new area before the old one',
      breaks: 'MISS',
      why: 'the entry arrives behind the walk and leaves before it',
      params: { newFirst: true },
    },
    peek: {
      what: 'the walk skips what it finds empty without taking the lock',
      breaks: 'MISS',
      why: 'between taken out and set, the entry is in neither table',
      patch: {
        *tryToUnmap(m, folio, flags) {
          yield* m.k.tryToUnmap(folio, flags & ~TTU_SYNC);
        },
      },
    },
  },
});
