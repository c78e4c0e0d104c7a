import { addrOf, PTE_ZERO, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  type AgentSpec,
  Directory,
  freeTable,
  type Machine,
  type Scenario,
  TreeCpu,
  type World,
} from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';

interface Roots {
  readonly area: Vma;
  readonly init: Directory;
  readonly own: Directory;
}

/** The root of the kernel and that of a process lead to one table. */
function setup(w: World): Roots {
  const area = w.vma({ mm: w.mm('init_mm'), pages: 1, name: 'vmalloc', flags: { global: true } });
  const init = new Directory(w, [area], { name: 'init_pgd', kernel: true });
  const own = new Directory(w, [area], { name: 'pgd', mm: w.mm('mm'), kernel: true });
  return { area, init, own };
}

/** Flush, and free the table. */
function* freeBelow(m: Machine, { area }: Roots): Step<void> {
  yield* m.tlb.flushTlbRange(area, addrOf(area.start), addrOf(area.end));
  yield* freeTable(m, m.world.directories.tableOf(m.world, area));
}

const unmap: AgentSpec<Roots> = {
  cpu: 0,
  role: 'kernel',
  note: 'vunmap: the table goes',
  *run(m, s) {
    yield* m.entries.xchg(s.init.ptep(), PTE_ZERO, 'pmd_clear');
    yield* m.entries.xchg(s.own.ptep(), PTE_ZERO, 'vmalloc_sync_one');
    yield* freeBelow(m, s);
  },
};

/** H10. */
export const kernelUnmap: Scenario = defineScenario<Roots>({
  id: 'tables/kernel-unmap',
  title: 'A table of the kernel goes, and roots of processes still lead to it',
  source: 'Linux 8e998fc24de4 (5.3), vmalloc_sync_one()',
  about:
    'Every process has entries of its own for the half of the kernel. A fault copies one that is missing, so nobody has to tell the roots of a new table. But the roots have to be told of a table that goes: a root that still leads to it never faults, and a walk, even one that no instruction asks for, reads what is free by then.',
  invariants: ['PTUAF'],
  params: { block: 1 },
  assumes: 'the roots are those that an operating system has made',
  setup,
  agents: {
    unmap,
    walks: {
      cpu: 1,
      role: 'user',
      note: 'walks ahead, from the root of the process',
      *run(m, { own, area }) {
        yield* new TreeCpu(m, own, area, { faults: false }).load(0);
      },
    },
  },
  mutants: {
    'no-sync': {
      what: 'only the root of the kernel is changed, as until 5.2',
      breaks: 'PTUAF',
      why: 'the root of the process still leads to the table, flush or not',
      agents: {
        unmap: {
          ...unmap,
          *run(m, s) {
            yield* m.entries.xchg(s.init.ptep(), PTE_ZERO, 'pmd_clear');
            yield* freeBelow(m, s);
          },
        },
      },
    },
  },
});
