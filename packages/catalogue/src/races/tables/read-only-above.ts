import { addrOf, type Vma } from '@racewalk/core';
import { type AgentSpec, Directory, nothing, type Scenario, TreeCpu, type World } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';

interface Above {
  readonly vma: Vma;
  readonly pmd: Directory;
}

/** A writable page below an entry that permits stores. */
function setup(w: World): Above {
  const vma = w.vma({ pages: 1 });
  linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { young: true, dirty: true });
  return { vma, pmd: new Directory(w, [vma], { name: 'pmd' }) };
}

const protect: AgentSpec<Above> = {
  cpu: 0,
  role: 'kernel',
  note: 'forbids stores one level up',
  *run(m, { vma, pmd }) {
    yield* m.entries.xchg(pmd.ptep(), pmd.leadTo(vma, { write: false }), 'set_pmd');
    // What is cached of the page has the permissions of all levels, and the entry above is cached by itself.
    yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
    yield* m.completes('read-only', vma);
  },
};

/** G1. */
export const readOnlyAbove: Scenario = defineScenario<Above>({
  id: 'tables/read-only-above',
  title: 'Stores are forbidden in the entry above a table',
  source: 'Intel SDM 3A 4.6.1, 4.10.2.2; Arm ARM DDI 0487 D8.4.1 (APTable)',
  about:
    'A kernel makes a whole table read-only by one bit of the entry above it. Is that enough? No: TLBs have each page with the permissions of all levels together, and walk caches have the entry as it was. An invalidation of the pages removes both.',
  invariants: ['PERM'],
  params: { block: 1 },
  notApplicable: (arch) =>
    arch.tableEntries?.permit === true ? null : 'an entry that leads to a table forbids nothing',
  assumes: 'the table is one that an operating system has made',
  setup,
  agents: {
    kernel: protect,
    user: {
      cpu: 1,
      role: 'user',
      note: 'loads, then stores',
      *run(m, { vma, pmd }) {
        const cpu = new TreeCpu(m, pmd, vma, { faults: false });
        yield* cpu.load(0);
        yield* cpu.store(0);
      },
    },
  },
  mutants: {
    'no-flush': {
      what: 'nothing is invalidated: the page entry has not changed',
      breaks: 'PERM',
      why: 'what is cached of the page permits stores, as its entry and the old one above did',
      patch: { flushTlbRange: nothing },
    },
  },
});
