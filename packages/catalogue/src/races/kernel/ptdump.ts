import type { Ptep, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  type AgentSpec,
  enterTable,
  leaveTable,
  type Machine,
  type Scenario,
  type World,
} from '@racewalk/machine';
import { defineScenario, type Folio, linux, upperLevel } from '@racewalk/mm';

interface Dumped {
  readonly vma: Vma;
  readonly pmdp: Ptep;
  readonly page: Folio;
}

/** A table of the kernel that small pages have left. */
function setup(w: World): Dumped {
  const vma = w.vma({ pages: 2, name: 'vmalloc', mm: w.mm('init_mm'), flags: { global: true } });
  const { pmdp } = upperLevel(w, vma);
  return { vma, pmdp, page: linux(w).folio({ pages: 2, huge: true, refcount: 1, mapcount: 0 }) };
}

/** Read the table that the entry leads to. */
function* readTable(m: Machine, { pmdp }: Dumped): Step<void> {
  const table = m.k.pmdPgtable(yield* m.pmd.pmdpGetLockless(pmdp));
  if (table === null) return;
  yield* enterTable(m, table);
  for (const ptep of table.table.entries) yield* m.pte.ptepGetLockless(ptep);
  yield* leaveTable(m, table);
}

const dump: AgentSpec<Dumped> = {
  cpu: 1,
  role: 'kernel',
  note: 'reads the tables of the kernel (debugfs)',
  *run(m, s) {
    yield* m.lock(s.vma.mm.mmapLock);
    yield* readTable(m, s);
    yield* m.unlock(s.vma.mm.mmapLock);
  },
};

/** H11. */
export const ptdump: Scenario = defineScenario<Dumped>({
  id: 'kernel/ptdump',
  title: 'The tables of the kernel are read while a huge page takes the place of one',
  source: 'Linux fa93b45fd397 (6.18), arch/arm64/mm/mmu.c; ptdump_walk_pgd()',
  about:
    'A huge page of the kernel takes the place of a table, which is freed. All that CPUs remember is gone by then. Software that walks the tables of the kernel remembers it in a variable: it has read the entry, and reads the table next. Only a lock that both take helps, or a grace period.',
  invariants: ['PTUAF'],
  params: { pages: 2 },
  setup,
  agents: {
    vmap: {
      cpu: 0,
      role: 'kernel',
      note: 'vmap of a huge page',
      *run(m, { vma, pmdp, page }) {
        const [frame] = page.frames;
        if (frame === undefined) return;
        yield* m.lock(vma.mm.mmapLock);
        yield* m.k.vmapTryHugePmd(vma, pmdp, frame.pfn, m.v.mkProt({ read: true, write: false }));
        yield* m.unlock(vma.mm.mmapLock);
      },
    },
    dump,
  },
  mutants: {
    'no-lock': {
      what: 'the walker takes no lock',
      breaks: 'PTUAF',
      why: 'the table is freed between the two loads',
      agents: { dump: { ...dump, run: readTable } },
    },
  },
});
