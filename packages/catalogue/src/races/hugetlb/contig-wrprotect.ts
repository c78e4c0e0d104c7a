import { addrOf, PAGE_SIZE, ptepAdd, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type AgentSpec, type Machine, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { type HugetlbPage, hugetlbPage, oneEntry, oneLevelUp } from './page.js';

/** What fork does to a page of the parent: no permission to store is left when it flushes. */
const protect: AgentSpec<HugetlbPage> = {
  cpu: 0,
  role: 'kernel',
  note: 'copy_hugetlb_page_range',
  *run(m, { vma, ptep }) {
    yield* m.pteOffsetMapLock(vma.table);
    yield* m.huge.hugePtepSetWrprotect(vma.mm, addrOf(vma.start), ptep);
    yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
    yield* m.pteUnmapUnlock(vma.table);
    yield* m.completes('read-only', vma);
  },
};

const user: AgentSpec<HugetlbPage> = {
  cpu: 1,
  role: 'user',
  note: 'stores',
  *run(m, { vma }) {
    yield* new UserCpu(m, vma).store(vma.end - vma.start - 1);
  },
};

function* oneByOne(m: Machine, vma: Vma): Step<void> {
  const [first] = vma.table.entries;
  if (first === undefined) return;
  for (let vpn = vma.start; vpn < vma.end; vpn++)
    yield* m.entries.update(ptepAdd(first, vpn - vma.start), m.v.pteWrprotect, 'huge_ptep_set_wrprotect');
}

/** Race A15, without a break. */
export const contigWrprotect: Scenario = defineScenario<HugetlbPage>({
  id: 'hugetlb/contig-wrprotect',
  title: 'A hugetlb page of several entries is write-protected while it is written',
  source: 'Linux d8bdcff28764 (4.14), arch/arm64/mm/hugetlbpage.c',
  about:
    'Fork write-protects a hugetlb page that is a contiguous block. May it change entry by entry while the block is live? No: a TLB could then hold two permissions for one block, and the architectures that have blocks ask for all entries to be emptied and invalidated first. Linux does so, and no block is used while it is not uniform. A thread stores at any time, and what it stored is remembered.',
  invariants: ['CONT', 'DIRTY'],
  params: { block: 2 },
  assumes: oneLevelUp,
  setup: (w) => hugetlbPage(w, { dirty: false }),
  agents: { protect, user },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-break': {
      what: 'the entries of the block lose the permission one after the other',
      breaks: 'CONT',
      why: 'the entries of a live block differ in their permission',
      unless: oneEntry,
      patch: {
        *hugePtepSetWrprotect(m, _mm, addr, ptep) {
          const vma = m.areaOf(ptep);
          if (vma !== undefined && addr % PAGE_SIZE === 0) yield* oneByOne(m as Machine, vma);
        },
      },
    },
  },
});
