import type { Step } from '@racewalk/core/step';
import { type AgentSpec, enterTable, leaveTable, type Machine, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { type LeftTable, leftTable, vmapsHuge } from './left-table.js';

/** Read the table that the entry leads to. */
function* readTable(m: Machine, { pmdp }: LeftTable): Step<void> {
  const table = m.k.pmdPgtable(yield* m.pmd.pmdpGetLockless(pmdp));
  if (table === null) return;
  yield* enterTable(m, table);
  for (const ptep of table.table.entries) yield* m.pte.ptepGetLockless(ptep);
  yield* leaveTable(m, table);
}

const dump: AgentSpec<LeftTable> = {
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
export const ptdump: Scenario = defineScenario<LeftTable>({
  id: 'kernel/ptdump',
  title: 'The tables of the kernel are read while a huge page takes the place of one',
  source: 'Linux fa93b45fd397 (6.18), arch/arm64/mm/mmu.c; ptdump_walk_pgd()',
  about:
    'A huge page of the kernel takes the place of a table, which is freed. All that CPUs remember is gone by then. Software that walks the tables of the kernel remembers it in a variable: it has read the entry, and reads the table next. Only a lock that both take protects it, or a grace period.',
  invariants: ['PTUAF'],
  params: { pages: 2 },
  setup: leftTable,
  agents: {
    vmap: {
      cpu: 0,
      role: 'kernel',
      note: 'vmap of a huge page',
      *run(m, s) {
        yield* m.lock(s.vma.mm.mmapLock);
        yield* vmapsHuge(m, s);
        yield* m.unlock(s.vma.mm.mmapLock);
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
