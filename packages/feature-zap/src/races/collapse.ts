import { addrOf, type Vma } from '@racewalk/core';
import { type Cell, write } from '@racewalk/core/step';
import {
  type AgentSpec,
  type Folio,
  type Pmd,
  PmdState,
  pmdpGetAndClear,
  type Scenario,
  setPmdAt,
  type World,
} from '@racewalk/machine';
import { defineScenario, type GupOptions } from '@racewalk/mm';
import { flushInterrupts } from '../reasons.js';
import { GUP_CPU, onePage } from '../setup.js';

/** A page about to be copied into a huge one. */
interface Collapsing {
  readonly vma: Vma;
  readonly pmd: Pmd;
  readonly folio: Folio;
  /** 1 once the page's content lives in the huge page. */
  readonly copied: Cell;
  /** 1 once somebody has pinned the page. */
  readonly pin: Cell;
}

function setup(w: World): Collapsing {
  const { vma, folio } = onePage(w);
  w.contexts.track(GUP_CPU);
  const copied = w.word('copied', 0, (x) => (x === 1 ? 'content has moved' : 'no'));
  const pin = w.word('pin', 0, (x) => (x === 1 ? 'held by the walker' : 'no'));
  return { vma, pmd: w.pmds.add(vma), folio, copied, pin };
}

/** `collapse_huge_page`, as far as it counts references. */
const collapse: AgentSpec<Collapsing> = {
  cpu: 0,
  role: 'kernel',
  note: 'khugepaged',
  *run(m, s) {
    yield* m.lock(s.pmd.lock);
    yield* pmdpGetAndClear(s.pmd);
    yield* m.tlb.flushTlbRange(s.vma, addrOf(s.vma.start), addrOf(s.vma.end));
    yield* m.unlock(s.pmd.lock);
    // One reference is the mapping's. Whoever holds another would go on using the old page.
    if ((yield* m.k.folioRefCount(s.folio)) !== 1) {
      yield* setPmdAt(s.pmd, PmdState.TABLE);
      return;
    }
    yield* write(s.copied, 1, { op: '__collapse_huge_page_copy' });
    yield* m.k.folioPutRefs(s.folio);
    yield* setPmdAt(s.pmd, PmdState.LEAF);
  },
};

/** Pins, and says so. */
const walker = (options: GupOptions = {}): AgentSpec<Collapsing> => ({
  cpu: GUP_CPU,
  role: 'kernel',
  note: 'lockless, irqs off',
  *run(m, s) {
    const frame = yield* m.k.getUserPagesFast(s.vma, s.vma.start, options);
    if (frame !== null) yield* write(s.pin, 1, `has ${frame.name}`);
  },
});

/** Race E5. */
export const collapseRace: Scenario = defineScenario<Collapsing>({
  id: 'gup/collapse',
  title: 'Small pages are copied into a huge one while a lockless walker pins one of them',
  source:
    'the look at the upper-level entry in gup_pte_range(), Linux 70cbc3cc78a9 (6.0, 2022); the same weeks and the same question as the thread of October 2022 (seed 003): what does a flush that does not interrupt protect?',
  about:
    "khugepaged empties the upper-level entry, flushes, and counts references: if there are none but the mappings', it copies the pages and gives them up. It leaves the leaf entries as they are, so a walker that was in the table already finds its entry unchanged after it has taken a reference, and returns a page whose content lives elsewhere. Where the flush interrupts, the walker is through before the count. Where it does not, the walker has to look at the upper level again, too. The machine finds the second look idle on x86 with real interrupts and necessary everywhere else.",
  invariants: ['UAF', 'TORN'],
  params: { block: 1 },
  setup,
  agents: { collapse, gup: walker() },
  finally(_w, s, view, faults) {
    if (view.get(s.copied) === 1 && view.get(s.pin) === 1) {
      faults.fail(
        'UAF',
        `the walker holds a page of ${s.folio.name}, which was given up: its content has moved`,
      );
    }
  },
  mutants: {
    'no-pmd-recheck': {
      what: 'only the leaf entry is read again after the reference was taken',
      breaks: 'UAF',
      why: 'the leaf entry has not changed; what has is the way to it',
      unless: flushInterrupts,
      agents: { gup: walker({ recheckPmd: false }) },
    },
    'no-pmd-recheck-paravirt': {
      what: 'the same, where the flush is a hypercall',
      breaks: 'UAF',
      why: 'the references are counted while the walker is between its loads',
      params: { flush: 'paravirt' },
      agents: { gup: walker({ recheckPmd: false }) },
    },
  },
});
