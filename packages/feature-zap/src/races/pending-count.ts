import type { Mm } from '@racewalk/core';
import { read, type Step, write } from '@racewalk/core/step';
import { type AgentSpec, type Machine, type Scenario, UserCpu } from '@racewalk/machine';
import { decTlbFlushPending, defineScenario, incTlbFlushPending } from '@racewalk/mm';
import { dontneed } from '../agents/zap.js';
import { flushWhole, newGather, tlbFlushMmu } from '../gather/gather.js';
import { zapPteRange } from '../ops/zap-pte-range.js';
import { type OnePage, onePage } from '../setup.js';

/** How a gather announces its flush, and how it takes that back. */
interface Announce {
  readonly before: (m: Machine, mm: Mm) => Step<void>;
  /** After the entries were emptied, before the flush. */
  readonly between?: (m: Machine, mm: Mm) => Step<void>;
  readonly after: (m: Machine, mm: Mm) => Step<void>;
}

function* nothing(): Step<void> {}

/** A zap that announces its flush in its own way. */
const announcing = (cpu: number, how: Announce): AgentSpec<OnePage> => ({
  ...dontneed(cpu),
  *run(m, s) {
    const { mm } = s.vma;
    const tlb = newGather(m, mm);
    yield* how.before(m, mm);
    yield* zapPteRange(tlb, s.vma, s.vma.start, s.vma.end);
    yield* how.between?.(m, mm) ?? nothing();
    yield* tlbFlushMmu(tlb);
    yield* how.after(m, mm);
  },
});

/** One flag for all. */
const FLAG: Announce = {
  *before(_m, mm) {
    yield* write(mm.tlbFlushPending, 1, 'tlb_flush_pending = true');
  },
  *after(_m, mm) {
    yield* write(mm.tlbFlushPending, 0, 'tlb_flush_pending = false');
  },
};

/** Asks the flag after it has seen the entry. */
function* askFlag(m: Machine, s: OnePage): Step<void> {
  const { start, end } = s.vma;
  const tlb = newGather(m, s.vma.mm);
  yield* zapPteRange(tlb, s.vma, start, end);
  if ((yield* read(s.vma.mm.tlbFlushPending, 'tlb_flush_pending')) !== 0) {
    flushWhole(tlb, s.vma, start, end);
  }
  yield* tlbFlushMmu(tlb);
  yield* m.completes('unmapped', s.vma);
}

/** A gather of the same address space on other pages: of it, only what it announces matters here. */
const elsewhere = (how: Announce): AgentSpec<OnePage> => ({
  cpu: 0,
  role: 'kernel',
  note: 'zaps elsewhere',
  *run(m, s) {
    yield* how.before(m, s.vma.mm);
    yield* how.after(m, s.vma.mm);
  },
});

const COUNT: Announce = { before: incTlbFlushPending, after: decTlbFlushPending };

/** Race B6. */
export const pendingCount: Scenario = defineScenario<OnePage>({
  id: 'zap/pending-count',
  title: 'Several postponed flushes in one address space, and one word to tell of them',
  source:
    'tlb_flush_pending becomes a counter, Linux 4.13 (inc_tlb_flush_pending); the accounting behind every flush that is put off past the lock, as in October 2022 (seed 003)',
  about:
    'Several threads zap pages of one address space, and one finds its page empty already. It learns from one word whether a flush is on its way. A flag will not do: whoever is through first takes it back for all. So it is a counter, raised before the first entry changes and lowered after the flush is complete, and asked after the entry was seen. The machine takes each of these away. What it cannot show is the barrier that a weakly ordered CPU needs between the entry and the counter.',
  invariants: ['STALE', 'UAF'],
  params: { block: 1 },
  setup: (w) => onePage(w),
  agents: {
    other: elsewhere(COUNT),
    first: dontneed(2),
    second: dontneed(3, { promise: true }),
    user: {
      cpu: 1,
      role: 'user',
      note: 'loads',
      *run(m, s) {
        yield* new UserCpu(m, s.vma).load(0);
      },
    },
  },
  mutants: {
    'flag-not-count': {
      what: 'the word is a flag that every gather sets and clears',
      breaks: 'STALE',
      why: 'a gather elsewhere clears it while the flush of this page is still to come',
      agents: {
        other: elsewhere(FLAG),
        first: announcing(2, FLAG),
        second: { ...dontneed(3), run: askFlag },
      },
    },
    'lowered-before-flush': {
      what: 'the counter is lowered before the flush',
      breaks: 'STALE',
      why: 'between the two the entry is empty, the translation alive, and nobody says so',
      agents: {
        first: announcing(2, { before: incTlbFlushPending, between: decTlbFlushPending, after: nothing }),
      },
    },
    'raised-after-clear': {
      what: 'the counter is raised after the entries were emptied',
      breaks: 'STALE',
      why: 'the same gap at the other end',
      agents: {
        first: announcing(2, { before: nothing, between: incTlbFlushPending, after: decTlbFlushPending }),
      },
    },
  },
});
