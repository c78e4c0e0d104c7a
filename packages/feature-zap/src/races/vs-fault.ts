import { atomic, awaitWord, type Cell, type Step, write } from '@racewalk/core/step';
import { type AgentSpec, type FaultOutcome, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, type Folio, hasPages, linux } from '@racewalk/mm';
import { dontneed } from '../agents/zap.js';
import { FORCE_FLUSH, MAINLINE } from '../ops/proposal.js';
import { type OnePage, onePage, runs } from '../setup.js';

/** A page that is thrown away, the page a fault maps in its place, and what the threads tell each other. */
interface Refaulted extends OnePage {
  readonly next: Folio;
  /** 0 nothing yet, 1 "I have stored to the new page", 2 "never mind". */
  readonly told: Cell;
}

const OLD = 7;
const NEW = 1;

function setup(w: World): Refaulted {
  runs(w, FORCE_FLUSH);
  const s = onePage(w, OLD);
  const next = linux(w).folio({ name: 'next', pages: 1, refcount: 1, mapcount: 0, contents: [0] });
  const says = ['nothing', 'stored to the new page', 'never mind'];
  return { ...s, next, told: w.word('told', 0, (x) => says[x] ?? `${x}`) };
}

/** Stores; if that takes a fault that maps a new page, it tells the other thread afterwards. */
const toucher: AgentSpec<Refaulted> = {
  cpu: 2,
  role: 'user',
  note: 'stores, then tells',
  *run(m, s) {
    let mapped = false;
    const cpu = new UserCpu(m, s.vma, {
      *onFault(_m, fault): Step<FaultOutcome> {
        if (fault.kind !== 'translation') return 'default';
        hasPages(m, [s.next]);
        if ((yield* m.k.doAnonymousPage(fault)) !== 0) mapped = true;
        return 'retry';
      },
    });
    yield* cpu.store(0, NEW);
    yield* write(s.told, mapped ? 1 : 2, mapped ? 'tells' : 'says never mind');
  },
};

/** Loads, waits to be told, loads again: now it must see what the other has stored. */
const reader: AgentSpec<Refaulted> = {
  cpu: 1,
  role: 'user',
  note: 'loads, is told, loads',
  *run(m, s) {
    const cpu = new UserCpu(m, s.vma, { faults: false });
    yield* cpu.load(0);
    if ((yield* awaitWord(s.told, (x) => x !== 0, 'is told')) !== 1) return;
    const value = yield* cpu.loadValue(0);
    if (value === null) return;
    yield* atomic(
      [],
      (_mem, _base, faults) => {
        const what = value === OLD ? 'the page that was thrown away' : `${value}`;
        if (value !== NEW)
          faults.fail('COH', `one thread has stored to the new page; the one it told reads ${what}`);
        return 0;
      },
      { text: 'compares with what it was told', does: 'observe' },
      { locked: false },
    );
  },
};

/** MADV_DONTNEED against page faults. */
export const vsFault: Scenario = defineScenario<Refaulted>({
  id: 'zap/dontneed-vs-fault',
  title: 'MADV_DONTNEED races with a page fault on the same page',
  source:
    'ptep_get_lockless() thread, October 2022 (seed 003): "incoherent-TLB states", and whether only a careless program can see them',
  about:
    'If the flush is deferred past the lock, a fault may map a new page while another CPU still translates to the old one. Can two threads see two pages behind one address? Yes: one stores and says so, and the other reads the discarded page. That is not correct in any order of the calls, but it lasts only until MADV_DONTNEED returns, so the program was racing with itself. One side found this acceptable, the other a needless pain. With the proposed flush before the lock is dropped, the machine finds no such state.',
  invariants: ['COH', 'UAF'],
  params: { block: 1 },
  setup,
  agents: { zap: dontneed(0), toucher, reader },
  linux: {
    '6.12': {
      what: 'MADV_DONTNEED flushes after the page-table lock was dropped',
      kernel: { file: 'mm/memory.c', functions: ['zap_pte_range', 'zap_page_range_single'] },
      known:
        'the proposal of October 2022 (seed 003) to flush under the lock was not merged; the thread calls the states harmless for a program that does not race with itself',
      breaks: 'COH',
      why: 'the fault maps a new page before the flush, and a TLB still has the old one',
      patch: MAINLINE,
    },
  },
  mutants: {
    postponed: {
      what: 'the flush comes after the page-table lock was dropped, as in mainline',
      breaks: 'COH',
      why: 'the fault maps a new page before the flush, and a TLB still has the old one',
      patch: MAINLINE,
    },
  },
});
