import type { Ptep, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Machine, Scenario, World } from '@racewalk/machine';
import { defineScenario, linux, spareHugePages, spareTables, upperLevel } from '@racewalk/mm';
import { stores } from '../agents.js';

interface Empty {
  readonly vma: Vma;
  readonly pmdp: Ptep;
}

/** Nothing is mapped; a fault maps a huge page. */
function setup(w: World): Empty {
  const vma = w.vma({ pages: 1 });
  const { pmdp } = upperLevel(w, vma, { leads: 'none' });
  const huge = linux(w).folio({ name: 'huge', pages: 1, huge: true, refcount: 1, mapcount: 0 });
  spareHugePages(w, 1, [huge]);
  spareTables(w, 1, [w.pmds.spare(vma)]);
  return { vma, pmdp };
}

/** A walker under the mmap lock for reading. */
const walker: AgentSpec<Empty> = {
  cpu: 0,
  role: 'kernel',
  note: '/proc/self/pagemap',
  *run(m, { vma, pmdp }) {
    if (yield* m.k.pmdNoneOrTransHugeOrClearBad(pmdp)) return;
    const ptep = yield* m.k.pteOffsetKernel(yield* m.pmd.pmdpGetLockless(pmdp), vma.start);
    if (ptep !== null) yield* m.pte.ptepGetLockless(ptep);
  },
};

/** Huge? Then: empty or bad? Two looks, with the entry free to change in between. */
function* testsTwice(m: Machine, pmdp: Ptep): Step<boolean> {
  if (m.p.pmdTransHuge(yield* m.pmd.pmdpGet(pmdp))) return true;
  return yield* m.k.pmdNoneOrClearBad(pmdp);
}

/** Huge? Then: empty? What is left is taken for a table. */
function* takesForTable(m: Machine, pmdp: Ptep): Step<boolean> {
  if (m.p.pmdTransHuge(yield* m.pmd.pmdpGet(pmdp))) return true;
  return m.p.pmdNone(yield* m.pmd.pmdpGet(pmdp));
}

/** Race C9. */
export const noneToHuge: Scenario = defineScenario<Empty>({
  id: 'levels/none-to-huge',
  title: 'A walker tests an upper entry that a fault turns into a huge page',
  source: 'CVE-2012-1179, Linux 1a5a9906d4e8 (3.4)',
  about:
    'A walker that holds the mmap lock for reading asks whether the entry is a huge page, and then whether it is empty or no table. A fault, which holds the lock for reading as well, maps a huge page between the two: the first answer is no, and the second takes the huge page for corruption, and empties the entry. Or it is taken for a table. Read once, the entry is one thing: the walker finds either nothing there yet or a huge page.',
  invariants: ['TORN', 'RMAP'],
  params: { pages: 1 },
  setup,
  agents: {
    walker,
    user: stores('stores: the fault maps a huge page'),
  },
  linux: { '6.1': 'upstream' },
  mutants: {
    'tests-twice': {
      what: 'pmd_trans_huge, then pmd_none_or_clear_bad, as until 3.3',
      breaks: 'RMAP',
      why: 'the huge page that has come meanwhile is taken for corruption: the entry is emptied, and the page counts as mapped',
      patch: { pmdNoneOrTransHugeOrClearBad: testsTwice },
      only: ['walker'],
    },
    'takes-for-table': {
      what: 'what is neither huge at the first look nor empty at the second counts as a table',
      breaks: 'TORN',
      why: 'the frame of the huge page is taken for a table',
      patch: { pmdNoneOrTransHugeOrClearBad: takesForTable },
      only: ['walker'],
    },
  },
});
