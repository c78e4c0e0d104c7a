import { addrOf, PTE_ZERO, type Vma } from '@racewalk/core';
import {
  type AgentSpec,
  Directory,
  freeTable,
  nothing,
  REASONS,
  type Scenario,
  TreeCpu,
  type World,
} from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';

interface Levels {
  readonly vma: Vma;
  readonly pmd: Directory;
  readonly pud: Directory;
}

/** A page below two levels. */
function setup(w: World): Levels {
  const vma = w.vma({ pages: 1 });
  linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { young: true, dirty: true });
  const pmd = new Directory(w, [vma], { name: 'pmd' });
  return { vma, pmd, pud: new Directory(w, [pmd], { name: 'pud' }) };
}

const clears: AgentSpec<Levels> = {
  cpu: 0,
  role: 'kernel',
  note: 'pud_clear, pmd_free',
  *run(m, { vma, pmd, pud }) {
    yield* m.entries.xchg(pud.ptep(), PTE_ZERO, 'pud_clear');
    // A walk may be between the two levels: it has read the entry and not yet the table.
    yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
    yield* freeTable(m, m.world.directories.tableOf(m.world, pmd));
  },
};

/** G2. */
export const thirdLevel: Scenario = defineScenario<Levels>({
  id: 'tables/third-level',
  title: 'A table of the middle level is freed while a CPU walks',
  source: 'free_pmd_range(), tlb_flush_pmd_range(), Linux 6.12; 285994a62c80 (3.15), one level up',
  about:
    'An entry two levels up is emptied, and the table it led to goes back to the allocator. May a walk still read it? Yes, until an invalidation that takes walk caches as well: a CPU that remembers the upper entry reads the table, which somebody else fills by then.',
  invariants: ['PTUAF'],
  params: { block: 1 },
  assumes: 'the tables are those that an operating system has made',
  setup,
  agents: {
    kernel: clears,
    user: {
      cpu: 1,
      role: 'user',
      note: 'loads',
      *run(m, { vma, pud }) {
        yield* new TreeCpu(m, pud, vma, { faults: false }).load(0);
      },
    },
  },
  mutants: {
    'no-flush': {
      what: 'the table is freed at once',
      breaks: 'PTUAF',
      why: 'a walk that is under way reads it',
      patch: { flushTlbRange: nothing },
    },
    'leaves-only': {
      what: 'the invalidation names leaves only',
      breaks: 'PTUAF',
      why: 'the walk cache has the way to the table',
      unless: REASONS.leafFlushReaches,
      patch: { flushTlbRange: (m, vma, start, end) => m.tlb.flushTlbRange(vma, start, end, true) },
    },
  },
});
