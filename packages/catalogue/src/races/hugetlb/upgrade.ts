import { addrOf } from '@racewalk/core';
import { type AgentSpec, leavesOutOfFlushes, REASONS, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { type HugetlbPage, hugetlbPage, oneLevelUp } from './page.js';

/** The page turns out to be this process's own, and becomes writable in place. */
const reuse: AgentSpec<HugetlbPage> = {
  cpu: 0,
  role: 'kernel',
  note: 'hugetlb_wp: set_huge_ptep_writable',
  *run(m, { vma, ptep }) {
    const addr = addrOf(vma.start);
    yield* m.pteOffsetMapLock(vma.table);
    const pte = yield* m.huge.hugePtepGet(vma.mm, addr, ptep);
    const entry = m.v.pteMkwrite(m.v.pteMkdirty(m.v.pteMkyoung(pte)));
    yield* m.huge.hugePtepSetAccessFlags(vma, addr, ptep, entry, true);
    yield* m.pteUnmapUnlock(vma.table);
  },
};

/** Reads, then writes, on a CPU whose TLB may refuse the write. Its handler finds nothing to do. */
const user: AgentSpec<HugetlbPage> = {
  cpu: 1,
  role: 'user',
  note: 'second thread, TLB may refuse',
  *run(m, { vma, ptep }) {
    const addr = addrOf(vma.start);
    const cpu = new UserCpu(m, vma, {
      *onFault(mm) {
        yield* mm.pteOffsetMapLock(vma.table);
        const pte = yield* mm.huge.hugePtepGet(vma.mm, addr, ptep);
        const entry = mm.v.pteMkwrite(mm.v.pteMkdirty(mm.v.pteMkyoung(pte)));
        const changed = yield* mm.huge.hugePtepSetAccessFlags(vma, addr, ptep, entry, true);
        // That of riscv says that it has changed something whenever it was called.
        if (changed || mm.arch.has('negativeCaching')) yield* mm.k.updateMmuCache(vma, addr);
        yield* mm.pteUnmapUnlock(vma.table);
        return 'retry';
      },
    });
    yield* cpu.load(0);
    yield* cpu.store(0);
  },
};

/** The flush of huge_ptep_set_access_flags(). */
export const hugetlbUpgrade: Scenario = defineScenario<HugetlbPage>({
  id: 'hugetlb/upgrade',
  title: 'A hugetlb page becomes writable while another CPU has it as read-only',
  source:
    'huge_ptep_set_access_flags(), arch/arm64/mm/hugetlbpage.c; hugetlb_fault(), mm/hugetlb.c, Linux 6.12',
  about:
    'One thread makes a hugetlb page writable, and the operation flushes if that changed an entry. A second thread still has a translation that forbids a store: it faults, takes the lock after the first, and finds nothing to do. So the flush of the first has to reach its CPU. Where the fault itself drops the stale translation it does not matter. A flush that leaves that CPU out lets it fault for ever.',
  invariants: ['DIRTY', 'CONT'],
  params: { block: 2 },
  assumes: oneLevelUp,
  setup: (w) => hugetlbPage(w, { write: false, dirty: false }),
  agents: { reuse, user },
  linux: { '6.12': 'upstream' },
  mutants: {
    'not-the-second': {
      what: 'the flush leaves out the other CPU',
      breaks: 'LIVE',
      why: 'its TLB goes on refusing the store, and its handler finds nothing to do',
      unless: REASONS.hugeFaultHeals,
      patch: leavesOutOfFlushes(1),
    },
  },
});
