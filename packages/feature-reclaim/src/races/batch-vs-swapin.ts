import { awaitWord, type Cell, write } from '@racewalk/core/step';
import { type AgentSpec, type FaultHandler, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, swappedFault } from '@racewalk/mm';
import { reclaimer } from '../agents/reclaimer.js';
import { sees } from '../agents/users.js';
import { readsBack } from '../ends.js';
import { drainsFirst } from '../ops/faults.js';
import { mapSwappable, STORED, type Swapped } from '../setup.js';

/** Two threads of one process that talk by other memory. */
interface Pair extends Swapped {
  /** 1 once the writer has stored. */
  readonly told: Cell;
}

const setup = (w: World): Pair => ({ ...mapSwappable(w), told: w.word('told') });

const writer = (onFault: FaultHandler): AgentSpec<Pair> => ({
  cpu: 1,
  role: 'user',
  note: 'stores, then tells',
  *run(m, s) {
    const cpu = new UserCpu(m, s.vma, { onFault });
    if (yield* cpu.store(0, STORED)) yield* write(s.told, 1, 'tells the reader');
  },
});

/** Only what the TLB or the entry gives at once: a fault would bring it up to date. */
const reader: AgentSpec<Pair> = {
  cpu: 2,
  role: 'user',
  note: 'reads, is told, reads again',
  *run(m, s) {
    const cpu = new UserCpu(m, s.vma, { faults: false });
    yield* cpu.load(0);
    yield* awaitWord(s.told, (w) => w === 1, 'is told');
    yield* sees(s, yield* cpu.loadValue(0));
  },
};

/** A page comes back from swap before reclaim has flushed for it. */
export const batchVsSwapin: Scenario = defineScenario<Pair>({
  id: 'reclaim/batch-vs-swapin',
  title: 'A page comes back from swap while reclaim still owes the flush of its old translation',
  source:
    'The claim that paths which use the tlb_batched infrastructure are unproblematic: Jann Horn, 26 October 2022 (seed 003)',
  about:
    "Reclaim drops a clean page that has a copy in swap, and flushes later. One thread faults and gets a new page with the slot's contents; another has the old page in its TLB. Can they disagree? Yes: the first stores and tells the second, which reads the old contents. If the swap-in first makes the owed flush, as zap and mprotect do, they agree in every schedule. Without it they may disagree until reclaim flushes. We know of no such call on Linux's path from a fault to the new entry; the window is short, and the old page is only read.",
  invariants: ['COH'],
  params: { block: 1 },
  less: [
    {
      hardware: 'speculativeFill',
      why: 'the reader loads before it waits, and so has the old translation whenever it can; a fill at another time gives no older one',
    },
    {
      hardware: 'negativeCaching',
      why: 'the fault on an empty entry that stays cached ends as one on the entry itself: the swap-in looks at the entry, and what a load finds is asked',
    },
  ],
  setup,
  agents: { reclaim: reclaimer, writer: writer(drainsFirst), reader },
  finally: readsBack('COH', 'a thread that was told of the store'),
  linux: {
    '6.12': {
      what: 'the swap-in maps the new page without looking whether reclaim owes a flush',
      kernel: { file: 'mm/memory.c', functions: ['do_swap_page'] },
      known:
        'no flush_tlb_batched_pending() was found on the path from a fault to the new entry; zap, mprotect and mremap have one. The old page is only read, and only until reclaim flushes',
      breaks: 'COH',
      why: 'another CPU still reads the page that was dropped',
      agents: { writer: writer(swappedFault) },
    },
  },
  mutants: {
    'no-drain': {
      what: 'the swap-in maps the new page without looking whether reclaim owes a flush',
      breaks: 'COH',
      why: 'another CPU still reads the page that was dropped',
      agents: { writer: writer(swappedFault) },
    },
  },
});
