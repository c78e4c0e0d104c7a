import { nothing, type Patch, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, type Folio, linux } from '@racewalk/mm';
import { flushInterrupts } from '../reasons.js';
import { type Area, area, pagesIn, WALKER_CPU } from '../setup.js';

interface Collapsing extends Area {
  readonly huge: Folio;
}

function setup(w: World): Collapsing {
  const made = area(w);
  const small = linux(w).folio({ name: 'small', pages: 1 });
  linux(w).mapFolio(made.vma, small, { dirty: true, young: true });
  const huge = linux(w).folio({ name: 'huge', pages: pagesIn(w), huge: true, refcount: 1, mapcount: 0 });
  w.contexts.track(WALKER_CPU);
  return { ...made, huge };
}

const noSync: Patch = { tlbRemoveTableSyncOne: nothing };

/** Race E6, in the form of 6.1. */
export const collapseVsGupFast: Scenario = defineScenario<Collapsing>({
  id: 'thp/collapse-vs-gup-fast',
  title: 'A lockless walker is in a table that a collapse has put aside and a zap frees',
  source: 'tlb_remove_table_sync_one() in collapse_huge_page(), Linux 2ba99c5e0881 (6.1)',
  about:
    'After a collapse the table is kept for the split of the huge page. When the huge page is zapped instead, it is freed at once: nothing leads to it. But a walker with interrupts off may have read the entry before the collapse. A flush that interrupts waits for it; a broadcast or a hypercall does not. So the collapse itself interrupts every CPU once.',
  invariants: ['PTUAF', 'UAF'],
  params: { pages: 1 },
  setup,
  agents: {
    khugepaged: {
      cpu: 0,
      role: 'kernel',
      note: 'khugepaged, then MADV_DONTNEED',
      *run(m, { vma, pmdp, huge }) {
        if (!(yield* m.k.collapseHugePage(vma, pmdp, huge))) return;
        const tlb = yield* m.k.tlbGatherMmu(vma.mm);
        yield* m.k.zapPmdRange(tlb, vma);
        yield* m.k.tlbFinishMmu(tlb);
      },
    },
    gup: {
      cpu: WALKER_CPU,
      role: 'kernel',
      note: 'lockless, irqs off',
      *run(m, { vma }) {
        const page = yield* m.k.getUserPagesFastOnly(vma, vma.start);
        if (page !== null) yield* m.k.folioPut(page);
      },
    },
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-sync': {
      what: 'the collapse interrupts nobody before it goes on',
      breaks: 'PTUAF',
      why: 'the table is freed while the walker reads its entries',
      unless: flushInterrupts,
      patch: noSync,
    },
    'no-sync-paravirt': {
      what: 'the same, where the flush is a hypercall',
      breaks: 'PTUAF',
      why: 'the hypercall does not wait for the walker, and nothing else does',
      params: { flush: 'paravirt' },
      patch: noSync,
    },
  },
});
