import type { Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { mover } from '../agents/mover.js';
import { user } from '../agents/user.js';
import { reclaim } from '../agents/walkers.js';
import { FLUSH_DIRTY_ONLY, FLUSH_LATE, NEW_UNLOCKED } from '../ops/variants.js';
import { type Move, moveSetup } from '../setup.js';

/** A moved page is freed at its new address while a CPU still reaches it by the old one. */
export const moveVsReclaim: Scenario = defineScenario<Move>({
  id: 'mremap/move-vs-reclaim',
  title: 'mremap against reclaim, which takes the page from its new address and frees it',
  source:
    'move_ptes() of the contpte review, November 2023 (seed 004); TLB flushed before the page is released, Linux eb66ae030829 (4.19, 2018, CVE-2018-18281)',
  about:
    'A zap collects its pages, invalidates, and frees them; a move collects nothing. What keeps a moved page alive? Only the lock of its new entry. Once that is dropped, reclaim may find the page, invalidate the new address, and free it. So mremap must invalidate the old address first. Linux 4.9 did so for dirty entries only, but a page that is only read can be freed as well. A flush under both locks is safe, with one lock or two, aligned or not. Every weaker form leaves a freed page reachable.',
  invariants: ['UAF', 'DIRTY', 'CONT'],
  params: { block: 1, shift: 0 },
  less: [
    {
      hardware: 'negativeCaching',
      why: 'the fault on an empty entry that stays cached ends as one on the entry itself: the user accesses until a fault, and what it reached is asked',
    },
  ],
  sizes: [
    { block: 1, shift: 0, tables: 1 },
    { block: 2, shift: 0 },
    { block: 2, shift: 1 },
  ],
  setup: (w) => moveSetup(w),
  agents: { mremap: mover({ promise: false }), reclaim, user: user({ access: 'load' }) },
  linux: { '6.12': 'upstream' },
  mutants: {
    'flush-late': {
      what: 'the old addresses are invalidated after both locks are dropped',
      breaks: 'UAF',
      why: 'the page is freed at its new address while a TLB still has the old one',
      patch: FLUSH_LATE,
    },
    'flush-dirty-only': {
      what: 'only if a dirty entry was moved are the old addresses invalidated before the locks are dropped',
      breaks: 'UAF',
      why: 'a clean page is freed, too, and a TLB still has its old address',
      patch: FLUSH_DIRTY_ONLY,
    },
    'new-unlocked': {
      what: 'the flush is made under the lock of the old table; the new table is not locked',
      breaks: 'UAF',
      why: 'it is the lock of the new entry that keeps the page alive',
      patch: NEW_UNLOCKED,
    },
  },
});
