import { addrOf } from '@racewalk/core';
import { type AgentSpec, leavesOutOfFlushes, REASONS, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { type HugeArea, hugeArea } from '../setup.js';

/** The write-protected huge page turns out to be this process's own, and becomes writable in place. */
const reuse: AgentSpec<HugeArea> = {
  cpu: 0,
  role: 'kernel',
  note: 'do_huge_pmd_wp_page: reuse',
  *run(m, { vma, pmdp }) {
    yield* m.k.pmdLock(pmdp);
    const pmd = yield* m.pmd.pmdpGet(pmdp);
    const entry = m.p.pmdMkwrite(m.p.pmdMkdirty(m.p.pmdMkyoung(pmd)));
    yield* m.pmd.pmdpSetAccessFlags(vma, addrOf(vma.start), pmdp, entry, true);
    yield* m.unlock(pmdp.table.ptl);
  },
};

/** Reads, then writes, on a CPU whose TLB may refuse the write. */
const user: AgentSpec<HugeArea> = {
  cpu: 1,
  role: 'user',
  note: 'second thread, TLB may refuse',
  *run(m, { vma }) {
    const cpu = new UserCpu(m, vma);
    yield* cpu.load(0);
    yield* cpu.store(0);
  },
};

/** The flush of pmdp_set_access_flags(). */
export const thpUpgrade: Scenario = defineScenario<HugeArea>({
  id: 'thp/upgrade',
  title: 'A huge page becomes writable while another CPU has it as read-only',
  source:
    'pmdp_set_access_flags(), mm/pgtable-generic.c; do_huge_pmd_wp_page(), mm/huge_memory.c, Linux 6.12',
  about:
    'One thread makes a huge page writable, and flushes if that changed the entry. A second thread still has the translation that forbids a store: it faults, takes the lock after the first, and finds nothing to do. So the flush of the first has to reach its CPU. Where the fault itself drops the stale translation it does not matter. A flush that leaves that CPU out lets it fault for ever.',
  assumes: 'a huge page is mapped one level up, and the protocol of the check maps leaves only',
  invariants: ['DIRTY'],
  params: { pages: 1 },
  setup: (w) => hugeArea(w, false, false),
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
