import { type Cell, read, type Word, write } from '@racewalk/core/step';
import { type AgentSpec, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, linux, doUserAddrFault as onFault } from '@racewalk/mm';
import { broken, PARENT_VALUE } from '../agents/users.js';
import { ANON_SHARED, type Fork, forkSetup } from '../setup.js';

/** After a fork: the page is mapped twice, read-only. */
interface Shared extends Fork {
  /** 1 once the first thread has stored. */
  readonly stored: Cell;
}

const OTHER_VALUE = PARENT_VALUE + 1;

function setup(w: World): Shared {
  const s = forkSetup(w, { write: false, dirty: true, frameFlags: ANON_SHARED, spares: { 1: 1, 2: 1 } });
  linux(w).mapFolio(s.child, s.folio, { write: false, dirty: true });
  w.cells.setInitial(s.folio.refcount, 2);
  w.cells.setInitial(s.folio.mapcount, 2);
  w.cells.setInitial(s.child.mm.running, 1);
  return { ...s, stored: w.word('first has stored') };
}

/** Somebody has stored by now, so the old contents may not come back. */
function* expectStored(got: Word | null, who: string): Generator<undefined, void, number> {
  if (got !== PARENT_VALUE && got !== OTHER_VALUE) {
    yield* broken('COH', `${who} reads ${got ?? 'nothing'} after a store of the process to that page`);
  }
}

const first: AgentSpec<Shared> = {
  cpu: 1,
  role: 'user',
  note: 'stores and tells',
  *run(m, s) {
    const cpu = new UserCpu(m, s.parent, { onFault });
    yield* cpu.store(0, PARENT_VALUE);
    yield* write(s.stored, 1, 'tells');
    yield* expectStored(yield* cpu.loadValue(0), 'the first thread');
  },
};

const second: AgentSpec<Shared> = {
  cpu: 2,
  role: 'user',
  note: 'reads, reads again, stores',
  *run(m, s) {
    const cpu = new UserCpu(m, s.parent, { onFault });
    yield* cpu.load(0);
    const told = yield* read(s.stored, 'told?', (o) => (o.result ? '→ yes' : '→ no'));
    const got = yield* cpu.loadValue(0);
    if (told !== 0) yield* expectStored(got, 'the second thread');
    yield* cpu.store(0, OTHER_VALUE);
  },
};

/** Copy on write against another thread of the same process. */
export const cowTwoThreads: Scenario = defineScenario<Shared>({
  id: 'fork-batch/cow-two-threads',
  title: 'Two threads of the parent write to a shared page, one reads it before',
  source:
    'Batch-copy PTE ranges during fork(), November 2023 (seed 004), part 1: the faults that fork leaves behind; do_wp_page() and wp_page_copy() of Linux 6.9',
  about:
    'After a fork, two threads of one process store to the same shared page. Both fault and both copy the page without the page-table lock. Can a store be lost? Not with two precautions. The second thread must notice that the entry has changed since it copied. And the entry is emptied and invalidated before the new one is set, because a CPU that read the page keeps a translation to the old page. With both, a thread that was told of a store finds it. Without either, it does not.',
  invariants: ['COH'],
  params: { block: 1 },
  less: [
    {
      hardware: 'staleRefusals',
      why: 'what a missing flush makes of a store that is refused, access-flags/flush-only-if-changed asks; here it is what a load finds',
    },
  ],
  setup,
  agents: { first, second },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-recheck': {
      what: 'the entry is replaced without a look whether it is still the one that was copied',
      breaks: 'COH',
      why: 'the second copy has the contents from before the store of the first thread',
      patch: { pteSame: () => true },
      within: 'wpPageCopy',
    },
    'no-flush': {
      what: 'the entry is emptied, and nothing is invalidated',
      breaks: 'COH',
      why: 'the other CPU goes on reading the old page',
      within: 'wpPageCopy',
      patch: {
        *ptepClearFlush(m, vma, addr, ptep) {
          return yield* m.pte.ptepGetAndClear(vma.mm, addr, ptep);
        },
      },
    },
  },
});
