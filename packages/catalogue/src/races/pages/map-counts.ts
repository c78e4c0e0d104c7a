import { addrOf, ptepOf, type Vma } from '@racewalk/core';
import { type Cell, read, type Step, write } from '@racewalk/core/step';
import { type AgentSpec, type Machine, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';

interface Compound {
  readonly vma: Vma;
  /** `compound_mapcount`: mappings of the whole; `page->_mapcount`: those of this page alone. */
  readonly whole: Cell;
  readonly single: Cell;
  readonly lock: Cell;
}

/** Two processes map a huge page whole, without the right to write; one page of it is looked at. */
function setup(w: World): Compound {
  const vma = w.vma({ pages: 1 });
  const other = w.vma({ pages: 1, name: 'other', mm: w.mm('other') });
  const page = linux(w).folio({ pages: 1, refcount: 2, mapcount: 2 });
  linux(w).mapFolio(vma, page, { young: true, write: false });
  linux(w).mapFolio(other, page, { young: true, write: false });
  const [whole, single] = [w.word('compound_mapcount', 2), w.word('page._mapcount')];
  return { vma, whole, single, lock: w.lock('page') };
}

/** Both counts. @kernel page_trans_huge_map_swapcount */
function* mappings({ whole, single }: Compound): Step<number> {
  return (yield* read(single, '_mapcount')) + (yield* read(whole, 'compound_mapcount'));
}

/** The page is written in place if it is mapped here alone; then the store is made. */
function* reuseIfAlone(m: Machine, { vma }: Compound, mapped: number): Step<void> {
  const ptep = ptepOf(vma, vma.start);
  if (mapped === 1) {
    const entry = m.v.pteMkyoung(m.v.pteMkdirty(m.v.pteMkwrite(yield* m.pte.ptepGet(ptep))));
    yield* m.pte.ptepSetAccessFlags(vma, addrOf(vma.start), ptep, entry, true);
  }
  yield* m.pteUnmapUnlock(vma.table);
  yield* new UserCpu(m, vma, { faults: false }).store(0);
}

/** @kernel reuse_swap_page */
const fault: AgentSpec<Compound> = {
  cpu: 0,
  role: 'kernel',
  note: 'a write fault',
  *run(m, s) {
    yield* m.pteOffsetMapLock(s.vma.table);
    yield* m.lock(s.lock);
    const mapped = yield* mappings(s);
    yield* m.unlock(s.lock);
    yield* reuseIfAlone(m, s, mapped);
  },
};

/** H7. */
export const mapCounts: Scenario = defineScenario<Compound>({
  id: 'pages/map-counts',
  title: 'A write fault counts the mappings of a page while another process splits its huge entry',
  source: 'CVE-2020-29368, Linux c444eb564fb1 (5.8), __split_huge_pmd_locked()',
  about:
    'A page of a huge page has two counts: mappings of the whole, and of the page alone. Another process splits its huge entry: first the page alone counts one more, then the whole one less. A write fault adds the two up. If it reads one count before the split changes it and the other one after, it finds a single mapping, its own, and makes a page writable that two processes have.',
  invariants: ['OWN'],
  params: { block: 1 },
  setup,
  agents: {
    fault,
    split: {
      cpu: 1,
      role: 'kernel',
      note: '__split_huge_pmd of the other process',
      *run(m, { whole, single, lock }) {
        yield* m.lock(lock);
        yield* write(single, 1, 'atomic_inc(&page->_mapcount)');
        yield* write(whole, 1, 'atomic_dec(&compound_mapcount)');
        yield* m.unlock(lock);
      },
    },
  },
  mutants: {
    unlocked: {
      what: 'the counts are added up without the lock that the split holds',
      breaks: 'OWN',
      why: 'a count of the one state and a count of the other make one mapping',
      agents: {
        fault: {
          ...fault,
          *run(m, s) {
            yield* m.pteOffsetMapLock(s.vma.table);
            yield* reuseIfAlone(m, s, yield* mappings(s));
          },
        },
      },
    },
  },
});
