import { type AddressSpace, addrOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type AgentSpec, type Machine, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, type Folio, linux } from '@racewalk/mm';
import { type Area, area, first } from '../setup.js';

interface Sharing {
  readonly a: Area;
  readonly b: Area;
  readonly page: Folio;
  readonly mapping: AddressSpace;
}

/** Two processes share the table of a file; their entries above lead to the same one. */
function setup(w: World): Sharing {
  const mapping = w.addressSpace('file');
  const a = area(w, { name: 'a', mm: w.mm('A'), mapping });
  const b = area(w, { name: 'b', mm: w.mm('B'), mapping, leads: a.slot });
  const page = linux(w).folio({ name: 'page', pages: 1 });
  linux(w).mapFolio(a.vma, page, { dirty: true, young: true });
  return { a, b, page, mapping };
}

const flush = (m: Machine, { vma }: Area): Step<void> =>
  m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));

/** A leaves the table. */
function* leave(m: Machine, { a }: Sharing): Step<void> {
  yield* m.k.pmdLock(a.pmdp);
  yield* m.pmd.pmdClear(a.pmdp);
  yield* m.unlock(a.pmdp.table.ptl);
}

/** B, who has the table alone, unmaps the page. */
function* unmap(m: Machine, { a, b, page }: Sharing): Step<void> {
  yield* m.pte.ptepGetAndClear(b.vma.mm, addrOf(b.vma.start), first(a.slot.table.entries));
  yield* flush(m, b);
  yield* m.k.folioRemoveRmapPte(first(page.frames));
  yield* m.k.folioPut(first(page.frames));
}

/** A leaves the table, then B unmaps the page. Each under the lock of the mapping. */
const unshare: AgentSpec<Sharing> = {
  cpu: 0,
  role: 'kernel',
  note: 'A unshares, then B unmaps',
  *run(m, s) {
    yield* m.k.iMmapLockWrite(s.mapping);
    yield* leave(m, s);
    yield* flush(m, s.a);
    yield* m.k.iMmapUnlockWrite(s.mapping);

    yield* m.k.iMmapLockWrite(s.mapping);
    yield* unmap(m, s);
    yield* m.k.iMmapUnlockWrite(s.mapping);
  },
};

/** Race C4. */
export const unshareVsLoad: Scenario = defineScenario<Sharing>({
  id: 'thp/unshare-vs-load',
  title: 'A shared table is given back while a thread goes on using it',
  source: 'huge_pmd_unshare(), CVE-2021-4002, Linux a4a118f2eead (5.16)',
  about:
    'Two processes share the table of a file. One leaves it: its entry above is emptied. The other one, who has the table alone now, unmaps the page, flushes its own address space, and frees the page. A thread of the first still has the translation, unless the first has flushed before it let the lock of the file go. The level is one lower here than in Linux, where hugetlb shares tables of huge entries.',
  invariants: ['UAF'],
  params: { pages: 1 },
  setup,
  agents: {
    kernel: unshare,
    user: {
      cpu: 1,
      role: 'user',
      note: 'a thread of A loads',
      *run(m, { a }) {
        yield* new UserCpu(m, a.vma, { faults: false }).load(0);
      },
    },
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-flush': {
      what: 'A leaves the table and flushes nothing',
      breaks: 'UAF',
      why: 'the flush of B names another address space: a TLB still leads A to the page that is freed',
      agents: {
        kernel: {
          ...unshare,
          *run(m, s) {
            yield* m.k.iMmapLockWrite(s.mapping);
            yield* leave(m, s);
            yield* m.k.iMmapUnlockWrite(s.mapping);
            yield* m.k.iMmapLockWrite(s.mapping);
            yield* unmap(m, s);
            yield* m.k.iMmapUnlockWrite(s.mapping);
          },
        },
      },
    },
  },
});
