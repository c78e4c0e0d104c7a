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
    "If the new area comes after the old one in the order of the reverse map, mremap moves without that map's lock. Can a walk miss the entry? No: a walk that finds the old entry gone finds the new one set. Both tables stay locked until the move is complete, and the walk reaches the new table later. This needs the order, and a walk that reads under the lock. During a move the entry is in neither table, and a walk that reads without the lock misses both. The machine breaks each condition.",
  invariants: ['MISS'],
  params: { pages: 1 },
  sizes: [{ pages: 2 }, { pages: 1, tables: 1 }],
  setup: (w) => moveSetup(w, { file: true }),
  agents: { mremap: mover({ promise: false }), truncate },
  linux: { '6.12': 'upstream' },
  mutants: {
    'new-first': {
      what: 'the walk visits the new area before the old one',
      breaks: 'MISS',
      why: 'the entry arrives behind the walk and leaves before it',
      patch: {
        *rmapWalkLocked(m, folio, rwc, anonVma) {
          yield* m.k.rmapWalkLocked({ ...folio, areas: folio.areas.toReversed() }, rwc, anonVma);
        },
      },
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
