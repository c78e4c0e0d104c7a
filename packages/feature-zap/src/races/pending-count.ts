import { type AgentSpec, nothing, type Patch, type Scenario } from '@racewalk/machine';
import { defineScenario, incTlbFlushPending } from '@racewalk/mm';
import { loader } from '../agents/loader.js';
import { dontneed } from '../agents/zap.js';
import { FLAG } from '../ops/pending.js';
import { type OnePage, onePage } from '../setup.js';

/** A gather of the same address space on other pages: of it, only what it announces matters here. */
const elsewhere: AgentSpec<OnePage> = {
  cpu: 0,
  role: 'kernel',
  note: 'zaps elsewhere',
  *run(m, s) {
    yield* m.k.incTlbFlushPending(s.vma.mm);
    yield* m.k.decTlbFlushPending(s.vma.mm);
  },
};

/** The gather is closed, for others, while its flush is still to come. */
const loweredBeforeFlush: Patch = {
  *tlbFinishMmu(m, tlb) {
    yield* m.k.decTlbFlushPending(tlb.mm);
    yield* m.k.tlbFlushMmu(tlb);
  },
};

/** The gather is opened, for others, when the entries are empty already. */
const raisedAfterClear: Patch = {
  incTlbFlushPending: nothing,
  *zapPteRange(m, tlb, vma, start, end, details) {
    const stopped = yield* m.k.zapPteRange(tlb, vma, start, end, details);
    yield* incTlbFlushPending(m, tlb.mm);
    return stopped;
  },
};

/** Race B6. */
export const pendingCount: Scenario = defineScenario<OnePage>({
  id: 'zap/pending-count',
  title: 'Several postponed flushes in one address space, and one word to tell of them',
  source:
    'tlb_flush_pending becomes a counter, Linux 4.13 (inc_tlb_flush_pending); the accounting behind every flush that is put off past the lock, as in October 2022 (seed 003)',
  about:
    'Several threads zap pages of one address space, and one finds its page already empty. It reads one word to learn whether a flush is pending. Is a flag enough? No: the first thread to finish clears it for all. So the word is a counter. A thread raises it before it changes the first entry and lowers it after the flush is complete. It is read after the entry. Each of these rules is needed. The model cannot show the barrier that a weakly ordered CPU needs between entry and counter.',
  invariants: ['STALE', 'UAF'],
  params: { block: 1 },
  setup: (w) => onePage(w),
  agents: {
    other: elsewhere,
    first: dontneed(2),
    second: dontneed(3, { promise: true }),
    user: loader,
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'flag-not-count': {
      what: 'the word is a flag that every gather sets and clears',
      breaks: 'STALE',
      why: 'a gather elsewhere clears it while the flush of this page is still to come',
      patch: FLAG,
    },
    'lowered-before-flush': {
      what: 'the counter is lowered before the flush',
      breaks: 'STALE',
      why: 'between the two the entry is empty, the translation alive, and nobody says so',
      patch: loweredBeforeFlush,
      only: ['first'],
    },
    'raised-after-clear': {
      what: 'the counter is raised after the entries were emptied',
      breaks: 'STALE',
      why: 'the same gap at the other end',
      patch: raisedAfterClear,
      only: ['first'],
    },
  },
});
