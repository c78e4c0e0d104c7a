import { addrOf } from '@racewalk/core';
import { type AgentSpec, leavesOut, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario, freePage } from '@racewalk/mm';
import { type HugetlbPage, hugetlbPage, oneLevelUp } from './page.js';

/** Unmaps the page and frees it, on a CPU on which user code runs, too. */
const unmaps: AgentSpec<HugetlbPage> = {
  cpu: 0,
  role: 'kernel',
  note: 'unmaps, flushes, frees',
  *run(m, { vma, ptep, folio }) {
    yield* m.pteOffsetMapLock(vma.table);
    yield* m.huge.hugePtepClearFlush(vma, addrOf(vma.start), ptep);
    yield* m.pteUnmapUnlock(vma.table);
    for (const frame of folio.frames) yield* freePage(m, frame);
  },
};

/** Loads the last page that the entry, or the block, maps. */
const loads = (cpu: number): AgentSpec<HugetlbPage> => ({
  cpu,
  role: 'user',
  note: 'loads',
  *run(m, { vma }) {
    yield* new UserCpu(m, vma, { faults: false }).load(vma.end - vma.start - 1);
  },
});

/** Whom the flush of a hugetlb page reaches. */
export const hugetlbClearFlush: Scenario = defineScenario<HugetlbPage>({
  id: 'hugetlb/clear-flush',
  title: 'huge_ptep_clear_flush() reaches every CPU, and every page of the block',
  source:
    'huge_ptep_clear_flush(), arch/arm64/mm/hugetlbpage.c and include/asm-generic/hugetlb.h, Linux 6.12',
  about:
    'A hugetlb page is taken away by one operation that flushes by itself, for all entries of its block. Does that reach every CPU? User code runs on the CPU that flushes, on the next and on one more, and each may have a translation of the last page. After the operation nobody has it, and the pages are freed. A flush that leaves out its own CPU, or the second of three, lets them be freed while they are translated.',
  invariants: ['UAF'],
  params: { block: 2 },
  assumes: oneLevelUp,
  setup: (w) => hugetlbPage(w, { dirty: false }),
  agents: { unmaps, own: loads(0), second: loads(1), third: loads(2) },
  linux: { '6.12': 'upstream' },
  mutants: {
    'not-the-own': leavesOut(0, 'the CPU that makes it'),
    'not-the-second': leavesOut(1, 'the second of three CPUs'),
  },
});
