import { type Patch, REASONS, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { munmap, type TableSetup } from '../agents/tables.js';
import { tableSetup } from './table-free.js';

/** Frees the table at once. */
const freeAtOnce: Patch = {
  *tlbRemoveTable(m, _tlb, pmd) {
    yield* m.k.__tlbRemoveTableFree([pmd]);
  },
};

/** Waits for software that walks without a lock, and for nobody else. */
const graceOnly: Patch = {
  *tlbRemoveTable(m, _tlb, pmd) {
    yield* m.k.tlbRemoveTableFree([pmd]);
  },
};

/** Flushes leaf translations only. */
const lastLevelOnly: Patch = {
  *flushTlbRange(m, vma, start, end) {
    yield* m.tlb.flushTlbRange(vma, start, end, true);
  },
};

/** Race C6: the hardware's own pointer to a table. */
export const walkCache: Scenario = defineScenario<TableSetup>({
  id: 'zap/walk-cache',
  title: 'A page table is freed while the hardware remembers where it was',
  source:
    'tlb_table_flush() and tlb_table_invalidate(), the other half of the table scheme that the thread of October 2022 (seed 003) argues about',
  about:
    'RCU and IPIs wait for software. The hardware also keeps pointers to tables, in its walk caches, and waits for nobody. When may a table be freed? Only after a flush that covers walk caches, between unlinking and freeing. Three architectures got this wrong on the path that frees a table at once. A flush of leaf translations is not enough: on arm64 that is another instruction, on x86 a flush that skips idle CPUs because it was told that no tables are freed. The machine walks through a walk cache at every point of the teardown.',
  invariants: ['PTUAF', 'UAF'],
  params: { block: 1 },
  setup: tableSetup,
  agents: {
    munmap,
    user: {
      cpu: 1,
      role: 'user',
      note: 'loads twice',
      *run(m, s) {
        const cpu = new UserCpu(m, s.vma);
        if (yield* cpu.load(0)) yield* cpu.load(0);
      },
    },
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'free-before-flush': {
      what: 'the table is freed at once and the flush comes with the pages',
      breaks: 'PTUAF',
      why: 'a walk cache still points to the table',
      patch: freeAtOnce,
    },
    'grace-period-only': {
      what: 'a grace period, and no flush before it',
      breaks: 'PTUAF',
      why: 'a grace period waits for software; the walker of the hardware reads under no RCU',
      unless: REASONS.softwareWalks,
      patch: graceOnly,
    },
    'leaf-flush': {
      what: 'the flush takes leaf translations away and leaves walk caches alone',
      breaks: 'PTUAF',
      why: 'the next access finds no translation, and walks from the middle',
      unless: REASONS.leafFlushReaches,
      patch: lastLevelOnly,
    },
  },
});
