import type { Vma } from '@racewalk/core';
import { type Cell, read, type Step, write } from '@racewalk/core/step';
import type { AgentSpec, Machine, Scenario, World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { reclaimer } from '../agents/reclaimer.js';
import { user } from '../agents/users.js';
import type { Drain } from '../ops/faults.js';
import { type Mapped, mapPage } from '../setup.js';

/** Two areas in two tables: in one, an earlier batch has left a flush owed; in the other, the page. */
interface TwoTables extends Mapped {
  readonly first: Vma;
}

function setup(w: World): TwoTables {
  const first = w.vma({ pages: 1, start: 0x200, name: 'first' });
  const s = mapPage(w);
  w.cells.setInitial(s.vma.mm.tlbFlushBatched, 1);
  w.startOps.push({
    name: 'set_tlb_ubc_flush_pending (an earlier batch)',
    run: (m) => m.k.atomicInc(s.vma.mm.tlbFlushBatched),
  });
  return { ...s, first };
}

const mprotect: AgentSpec<TwoTables> = {
  cpu: 2,
  role: 'kernel',
  note: 'mprotect(PROT_READ) of both tables',
  *run(m, s) {
    yield* m.k.doMprotectPkey([s.first, s.vma], { read: true, write: false });
    yield* m.completes('read-only', s.vma);
  },
};

/** The flag of Linux 4.13: a flush is owed, or none. */
function* setFlag(_m: Machine, tlbFlushBatched: Cell): Step<void> {
  yield* write(tlbFlushBatched, 1, 'tlb_flush_batched = true');
}

/** Flush if the flag is set, then clear it. */
const drainFlag: Drain = function* (m, mm) {
  if ((yield* read(mm.tlbFlushBatched, 'tlb_flush_batched', (o) => (o.result ? '→ true' : '→ false'))) === 0)
    return;
  yield* m.tlb.flushTlbMm(mm);
  yield* write(mm.tlbFlushBatched, 0, 'tlb_flush_batched = false');
};

/** Reclaim goes on under another table's lock while somebody flushes for it. */
export const batchCount: Scenario = defineScenario<TwoTables>({
  id: 'reclaim/batch-count',
  title: 'A flush is put off while an earlier one is being made for somebody else',
  source:
    'Paths that use the tlb_batched infrastructure, Jann Horn, 26 October 2022 (seed 003); flag replaced by counts, Linux 5ee2fa2f0636 (5.17, 2022)',
  about:
    "One thread makes the owed flushes of an address space under one table's lock, while reclaim works under another's. Is a flag enough? No: the thread flushes, reclaim empties one more entry and sets the flag, and the thread clears it. The next thread at that table finds a swap entry and no owed flush. Linux used a flag from 4.13 to 5.16. Now it counts deferred flushes and how many of them a flush has covered. Here one mprotect covers both tables: with the flag a permission outlives it, with the counts none does.",
  invariants: ['PERM', 'UAF'],
  params: { block: 1 },
  less: [
    {
      hardware: 'negativeCaching',
      why: 'the fault on an empty entry that stays cached ends as one on the entry itself: no access is repaired here, and what a CPU may still reach is asked',
    },
  ],
  setup,
  agents: { reclaim: reclaimer, mprotect, user: user() },
  linux: { '6.12': 'upstream' },
  mutants: {
    flag: {
      what: 'a flag says that a flush is owed: deferring a flush sets it, making a flush clears it',
      breaks: 'PERM',
      why: 'the flag set for the last entry is cleared by a flush that was made before',
      patch: { atomicInc: setFlag, flushTlbBatchedPending: drainFlag },
    },
  },
});
