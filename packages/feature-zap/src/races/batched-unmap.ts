import { addrOf, type Mm, type Vma } from '@racewalk/core';
import { type Cell, cmpxchg, read, type Step, write } from '@racewalk/core/step';
import { type AgentSpec, type Machine, nothing, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, TTU_BATCH_FLUSH, TTU_SYNC } from '@racewalk/mm';
import { dontneed } from '../agents/zap.js';
import { type OnePage, onePage } from '../setup.js';

const BATCHED = TTU_SYNC | TTU_BATCH_FLUSH;

/** Reclaim's unmap with the flush put off. */
const reclaim: AgentSpec<OnePage> = {
  cpu: 2,
  role: 'kernel',
  note: 'reclaim',
  *run(m, s) {
    yield* m.k.tryToUnmapOne(s.folio, s.vma, addrOf(s.ptep.vpn), BATCHED);
    yield* m.k.tryToUnmapFlush();
  },
};

const user: AgentSpec<OnePage> = {
  cpu: 1,
  role: 'user',
  note: 'loads',
  *run(m, s) {
    yield* new UserCpu(m, s.vma).load(0);
  },
};

/** A page that reclaim has: the reference beside the mapping's. */
function setup(w: World): OnePage {
  const s = onePage(w);
  w.cells.setInitial(s.folio.refcount, 2);
  return s;
}

/** A zap that meets a swap entry whose flush is still owed. */
export const batchedUnmap: Scenario = defineScenario<OnePage>({
  id: 'zap/batched-unmap',
  title: 'A zap finds a swap entry that reclaim has set and not flushed yet',
  source:
    'flush_tlb_batched_pending(), which the thread of October 2022 (seed 003) relies on when it calls the batched infrastructure unproblematic',
  about:
    "Reclaim empties many entries and flushes once, later. A zap that finds the swap entry has nothing to flush. May it return while a CPU still reads the page? No. Reclaim notes the owed flush under the page-table lock, and a thread that removes entries checks for it under the same lock. On arm64 reclaim has already broadcast the invalidation and owes only the wait. Even so the zap must invalidate itself, because its barrier does not complete another CPU's invalidation.",
  invariants: ['STALE', 'UAF'],
  params: { block: 1 },
  setup,
  agents: { reclaim, zap: dontneed(0, { promise: true }), user },
  linux: { '6.12': 'upstream' },
  mutants: {
    'not-drained': {
      what: 'the zap does not ask for flushes that are owed',
      breaks: 'STALE',
      why: 'it returns before reclaim has flushed',
      patch: { flushTlbBatchedPending: nothing },
      only: ['zap'],
    },
    'noted-after-unlock': {
      what: 'reclaim notes what it owes after it has dropped the lock',
      breaks: 'STALE',
      why: 'the zap has the lock in between, and finds the swap entry and no note',
      patch: { atomicInc: nothing },
      within: 'setTlbUbcFlushPending',
      agents: {
        reclaim: {
          ...reclaim,
          *run(m, s) {
            yield* m.k.tryToUnmapOne(s.folio, s.vma, addrOf(s.ptep.vpn), BATCHED);
            yield* m.k.atomicInc(s.vma.mm.tlbFlushBatched);
            yield* m.k.tryToUnmapFlush();
          },
        },
      },
    },
    'drained-by-barrier': {
      what: 'the zap waits for a barrier of its own CPU instead of an invalidation',
      breaks: 'STALE',
      why: 'the barrier completes invalidations of its own CPU; the one in question is of another',
      notApplicable: (arch) =>
        arch.has('broadcastTlbi') ? null : 'there is no invalidation that is begun here and awaited there',
      patch: { flushTlbBatchedPending: (m) => m.tlb.dsb() },
      only: ['zap'],
    },
  },
});

/** Two tables of one address space. */
interface TwoTables extends OnePage {
  readonly other: Vma;
}

/** A flag that is cleared whatever happened meanwhile. */
function* drainFlag(m: Machine, mm: Mm): Step<void> {
  if ((yield* read(mm.tlbFlushBatched, 'tlb_flush_batched')) === 0) return;
  yield* m.tlb.flushTlbMm(mm);
  yield* write(mm.tlbFlushBatched, 0, 'tlb_flush_batched = false');
}

function* raiseFlag(_m: Machine, tlbFlushBatched: Cell): Step<void> {
  yield* cmpxchg(tlbFlushBatched, 0, 1, 'tlb_flush_batched = true');
}

/** Only asks for what is owed, under the lock of the other table. */
const drainer: AgentSpec<TwoTables> = {
  cpu: 3,
  role: 'kernel',
  note: 'zaps another table',
  *run(m, s) {
    yield* m.pteOffsetMapLock(s.other.table);
    yield* m.k.flushTlbBatchedPending(s.other.mm);
    yield* m.pteUnmapUnlock(s.other.table);
  },
};

/** One note for all tables of an address space. */
export const batchedUnmapTwoTables: Scenario = defineScenario<TwoTables>({
  id: 'zap/batched-unmap-two-tables',
  title: 'The note that a flush is owed is shared by tables with locks of their own',
  source:
    'flush_tlb_batched_pending() with two counts instead of a flag, Linux 5ee2fa2f0636 (5.17, 2022): the infrastructure the thread of October 2022 (seed 003) relies on',
  about:
    'The note of an owed flush belongs to the address space, but the lock under which it is written and read belongs to one table. While a zap makes the owed flush, reclaim may defer another under another lock. Is a flag enough? No: the zap clears it after its flush and loses the new one. So the note has two counts, of owed and of completed flushes, changed by compare-and-exchange. A zap that finds a newly owed flush leaves the note unchanged.',
  invariants: ['STALE', 'UAF'],
  params: { block: 1 },
  setup(w) {
    const s = setup(w);
    const other = w.vma({ pages: 1 });
    w.cells.setInitial(s.vma.mm.tlbFlushBatched, 1);
    w.startOps.push({
      name: 'set_tlb_ubc_flush_pending (an earlier batch)',
      run: (m) => m.k.atomicInc(s.vma.mm.tlbFlushBatched),
    });
    return { ...s, other };
  },
  agents: {
    drainer,
    reclaim,
    zap: dontneed(0, { promise: true }),
    user,
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'flag-not-count': {
      what: 'the note is a flag, cleared after the flush',
      breaks: 'STALE',
      why: 'what reclaim noted during the flush is cleared with it',
      patch: { atomicInc: raiseFlag, flushTlbBatchedPending: drainFlag },
    },
  },
});
