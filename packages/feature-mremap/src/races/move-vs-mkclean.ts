import type { Scenario } from '@racewalk/machine';
import { defineScenario, startWriteout } from '@racewalk/mm';
import { mover } from '../agents/mover.js';
import { user } from '../agents/user.js';
import { writeback } from '../agents/walkers.js';
import { FLUSH_LATE } from '../ops/variants.js';
import { type Move, moveSetup } from '../setup.js';

/** A moved page is cleaned at its new address while a CPU still stores through the old one. */
export const moveVsMkclean: Scenario = defineScenario<Move>({
  id: 'mremap/move-vs-mkclean',
  title: 'mremap against writeback, which makes every mapping clean and read-only',
  source:
    'move_ptes() of the contpte review, November 2023 (seed 004); mremap against page cleaning, Linux 5d1904204c99 (4.9, 2016)',
  about:
    "Writeback walks the reverse map, clears dirty and the write permission in each entry, invalidates its address, and writes the page out, without the mmap lock. Can mremap make it lose a store? If writeback finds the entry at its new address, it invalidates only that. A CPU with the old address cached as writable and dirty keeps storing, unrecorded. So mremap must invalidate the old addresses before it drops the new entry's lock. Then nothing is lost, with one lock or two, aligned or not. With a later flush the store is lost and the permission outlives the write-protect.",
  invariants: ['DIRTY', 'PERM', 'CONT'],
  params: { block: 1, shift: 0 },
  less: [
    {
      hardware: 'negativeCaching',
      why: 'the fault on an empty entry that stays cached ends as one on the entry itself: the user stores until a fault, and what it stored is asked',
    },
    {
      hardware: 'speculativeFill',
      at: { block: 2 },
      why: 'with fills, blocks of two take 330 000 executions; single pages are asked with them',
    },
  ],
  sizes: [
    { block: 1, shift: 0, tables: 1 },
    { block: 2, shift: 0 },
    { block: 2, shift: 1 },
  ],
  setup: (w) => moveSetup(w, { file: true, dirty: true }),
  agents: { mremap: mover(), writeback, user: user() },
  linux: { '6.12': 'upstream' },
  mutants: {
    'flush-late': {
      what: 'the old addresses are invalidated after both locks are dropped',
      breaks: 'DIRTY',
      why: 'the page is cleaned at the new address and written out, and then a TLB that has the old address as dirty stores',
      patch: FLUSH_LATE,
      agents: {
        writeback: {
          ...writeback,
          // No promise: what is shown here is the store that is lost.
          *run(m, s) {
            if (yield* m.k.folioMkclean(s.folio)) yield* m.k.folioMarkDirty(s.folio);
            yield* startWriteout(s.folio);
          },
        },
      },
    },
    'flush-late-permission': {
      what: 'the same, and writeback says when every mapping is read-only',
      breaks: 'PERM',
      why: 'the old address may still be stored through when every entry of the page is read-only',
      patch: FLUSH_LATE,
    },
  },
});
