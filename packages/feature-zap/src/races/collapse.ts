import { addrOf, type Ptep, type Vma } from '@racewalk/core';
import { type Cell, write } from '@racewalk/core/step';
import type { AgentSpec, Patch, Scenario, World } from '@racewalk/machine';
import { defineScenario, type Folio, linux } from '@racewalk/mm';
import { onlyPage } from '../ops/fault.js';
import { flushInterrupts } from '../reasons.js';
import { GUP_CPU, onePage } from '../setup.js';

/** A page about to be copied into a huge one. */
interface Collapsing {
  readonly vma: Vma;
  readonly pmdp: Ptep;
  readonly folio: Folio;
  /** The huge page. */
  readonly huge: Folio;
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
  const huge = linux(w).folio({ name: 'huge', pages: 1, refcount: 1, mapcount: 0 });
  return { vma, pmdp: w.pmds.add(vma).pmdp, folio, huge, copied, pin };
}

/** `collapse_huge_page`, as far as it counts references. */
const collapse: AgentSpec<Collapsing> = {
  cpu: 0,
  role: 'kernel',
  note: 'khugepaged',
  *run(m, s) {
    const { vma, pmdp } = s;
    const [start, end] = [addrOf(vma.start), addrOf(vma.end)];
    yield* m.lock(pmdp.table.ptl);
    const pmd = yield* m.pmd.pmdpGetAndClear(vma.mm, start, pmdp);
    yield* m.tlb.flushTlbRange(vma, start, end);
    yield* m.unlock(pmdp.table.ptl);
    // One reference is the mapping's. The holder of another would go on using the old page.
    if ((yield* m.k.folioRefCount(s.folio)) !== 1) {
      yield* m.pmd.setPmdAt(vma.mm, start, pmdp, pmd);
      return;
    }
    yield* write(s.copied, 1, { op: '__collapse_huge_page_copy' });
    yield* m.k.folioPutRefs(s.folio);
    const huge = m.p.pfnPmd(onlyPage(s.huge).pfn, m.v.mkProt(vma.prot));
    yield* m.pmd.setPmdAt(vma.mm, start, pmdp, m.p.pmdMkdirty(m.p.pmdMkyoung(huge)));
  },
};

/** Pins, and says so. */
const walker: AgentSpec<Collapsing> = {
  cpu: GUP_CPU,
  role: 'kernel',
  note: 'lockless, irqs off',
  *run(m, s) {
    const frame = yield* m.k.getUserPagesFastOnly(s.vma, s.vma.start);
    if (frame !== null) yield* write(s.pin, 1, `has ${frame.name}`);
  },
};

/** Only the leaf entry is read again once the reference is held. */
const noPmdRecheck: Patch = {
  *gupFastPteRange(m, pmd, _pmdp, ptep, flags) {
    return yield* m.k.gupFastPteRange(pmd, null, ptep, flags);
  },
};

/** Race E5. */
export const collapseRace: Scenario = defineScenario<Collapsing>({
  id: 'gup/collapse',
  title: 'Small pages are copied into a huge one while a lockless walker pins one of them',
  source:
    'the look at the upper-level entry in gup_pte_range(), Linux 70cbc3cc78a9 (6.0, 2022); the same weeks and the same question as the thread of October 2022 (seed 003): what does a flush that does not interrupt protect?',
  about:
    'khugepaged empties the upper-level entry, flushes, and counts references. If only the mappings hold any, it copies the pages and frees them, and leaves the leaf entries unchanged. Can a walker already in the table return an old page? Yes: after it takes its reference, its entry is still the same. If the flush interrupts, the walker finishes before the count. If not, the walker must also read the upper level again. The second read changes nothing on x86 with real interrupts and is needed everywhere else.',
  invariants: ['UAF', 'TORN'],
  params: { block: 1 },
  setup,
  agents: { collapse, gup: walker },
  finally(_w, s, view, faults) {
    if (view.get(s.copied) === 1 && view.get(s.pin) === 1) {
      faults.fail(
        'UAF',
        `the walker holds a page of ${s.folio.name}, which was given up: its content has moved`,
      );
    }
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-pmd-recheck': {
      what: 'only the leaf entry is read again after the reference was taken',
      breaks: 'UAF',
      why: 'the leaf entry has not changed; what has is the way to it',
      unless: flushInterrupts,
      patch: noPmdRecheck,
    },
    'no-pmd-recheck-paravirt': {
      what: 'the same, where the flush is a hypercall',
      breaks: 'UAF',
      why: 'the references are counted while the walker is between its loads',
      params: { flush: 'paravirt' },
      patch: noPmdRecheck,
    },
  },
});
