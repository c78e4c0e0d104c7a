import type { Ptep, Vma } from '@racewalk/core';
import type { AgentSpec, Scenario, World } from '@racewalk/machine';
import { defineScenario, linux, sparePages, spareTables, upperLevel } from '@racewalk/mm';
import { stores } from '../agents.js';

interface Empty {
  readonly vma: Vma;
  readonly pmdp: Ptep;
}

/** Nothing is mapped, and there is no table. */
function setup(w: World): Empty {
  const vma = w.vma({ pages: 1 });
  const { pmdp } = upperLevel(w, vma, { leads: 'none' });
  spareTables(w, 1, [w.pmds.spare(vma, 'table')]);
  sparePages(w, 1, [linux(w).folio({ name: 'page', pages: 1, refcount: 1, mapcount: 0 })]);
  return { vma, pmdp };
}

/** A walker without the lock of the entry above. */
const walker: AgentSpec<Empty> = {
  cpu: 0,
  role: 'kernel',
  note: 'page_vma_mapped_walk',
  *run(m, { vma, pmdp }) {
    const pmd = yield* m.pmd.pmdpGetLockless(pmdp);
    if (m.p.pmdNone(pmd) || m.p.pmdLeaf(pmd)) return;
    const ptep = yield* m.k.pteOffsetKernel(pmd, vma.start);
    if (ptep !== null) yield* m.pte.ptepGetLockless(ptep);
  },
};

/** Race A13. */
export const doubleLoad: Scenario = defineScenario<Empty>({
  id: 'levels/double-load',
  title: 'A walker tests one load of an upper entry and goes by another',
  source: 'Linux 20a004e7b017 (4.17), observed on arm64',
  about:
    'A walker writes *pmd several times, and the compiler loads it as often as it likes: so it may test one value and make the address from another. A fault puts a table there in between. Is that harmless? No: the test sees the table, and the address comes from the empty entry. With one load into a local every answer is one that was true at some time.',
  invariants: ['TORN', 'PTUAF'],
  params: { pages: 1 },
  setup,
  agents: {
    walker,
    user: stores('stores: the fault allocates a table'),
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'loads-twice': {
      what: 'the compiler loads the entry twice, and uses the older value for the address',
      breaks: 'TORN',
      why: 'the test sees a table, and the address is that of none',
      agents: {
        walker: {
          ...walker,
          *run(m, { vma, pmdp }) {
            const pmd = yield* m.pmd.pmdpGetLockless(pmdp);
            const tested = yield* m.pmd.pmdpGetLockless(pmdp);
            if (m.p.pmdNone(tested) || m.p.pmdLeaf(tested)) return;
            const ptep = yield* m.k.pteOffsetKernel(pmd, vma.start);
            if (ptep !== null) yield* m.pte.ptepGetLockless(ptep);
          },
        },
      },
    },
  },
});
