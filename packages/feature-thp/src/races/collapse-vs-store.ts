import { type Patch, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, doUserAddrFault, type Folio, linux } from '@racewalk/mm';
import { type Area, area, pagesIn } from '../setup.js';

interface Collapsing extends Area {
  readonly small: Folio;
  readonly huge: Folio;
}

function setup(w: World): Collapsing {
  const made = area(w);
  const small = linux(w).folio({ name: 'small', pages: 1, contents: [1] });
  linux(w).mapFolio(made.vma, small, { dirty: true, young: true });
  const huge = linux(w).folio({
    name: 'huge',
    pages: pagesIn(w),
    huge: true,
    refcount: 1,
    mapcount: 0,
    contents: Array.from({ length: pagesIn(w) }, () => 0),
  });
  return { ...made, small, huge };
}

const noFlush: Patch = {
  *pmdpCollapseFlush(m, vma, addr, pmdp) {
    return yield* m.pmd.pmdpHugeGetAndClear(vma.mm, addr, pmdp);
  },
};

/** khugepaged against user code. */
export const collapseVsStore: Scenario = defineScenario<Collapsing>({
  id: 'thp/collapse-vs-store',
  title: 'Small pages are copied into a huge one while a CPU stores to one of them',
  source: 'collapse_huge_page() and pmdp_collapse_flush(), Linux 6.12',
  about:
    'khugepaged empties the entry above the table, flushes, copies what the small pages hold, and maps the huge page. User code that faults meanwhile waits for the mmap lock. Is a store lost? Not if the flush comes before the copy: then nobody reaches the old page any more. Without it a CPU stores to a page that was copied and freed, and its TLB holds two sizes for one address.',
  invariants: ['UAF', 'CONT'],
  params: { pages: 2 },
  setup,
  agents: {
    khugepaged: {
      cpu: 0,
      role: 'kernel',
      note: 'khugepaged',
      *run(m, { vma, pmdp, huge }) {
        yield* m.k.collapseHugePage(vma, pmdp, huge);
      },
    },
    user: {
      cpu: 1,
      role: 'user',
      note: 'stores to the first page',
      *run(m, { vma }) {
        yield* new UserCpu(m, vma, { onFault: doUserAddrFault }).store(0, 7);
      },
    },
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-flush': {
      what: 'the entry above is emptied, and nothing is flushed before the copy',
      breaks: 'UAF',
      why: 'the old page is freed while the TLB leads there',
      patch: noFlush,
    },
  },
});
