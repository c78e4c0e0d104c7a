import { PAGE_SIZE, PTE_ZERO, type PteWord, ptepAdd } from '@racewalk/core';
import { type AgentSpec, type Patch, REASONS, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { type HugetlbPage, hugetlbPage, oneLevelUp } from './page.js';

const unmap: AgentSpec<HugetlbPage> = {
  cpu: 0,
  role: 'kernel',
  note: '__unmap_hugepage_range',
  *run(m, s) {
    const tlb = yield* m.k.tlbGatherMmu(s.vma.mm);
    yield* m.k.__unmapHugepageRange(tlb, s.vma);
    yield* m.k.tlbFinishMmu(tlb);
  },
};

/** A thread that stores to the first page of the block, or to the last. */
const user = (cpu: number, last: boolean): AgentSpec<HugetlbPage> => ({
  cpu,
  role: 'user',
  note: last ? 'stores to the last page' : 'stores to the first page',
  *run(m, { vma }) {
    yield* new UserCpu(m, vma).store(last ? vma.end - vma.start - 1 : 0);
  },
});

/** All entries go, and the first speaks for them. */
const FIRST_SPEAKS: Patch = {
  *hugePtepGetAndClear(m, _mm, _addr, ptep, sz) {
    const pte: PteWord = yield* m.entries.xchg(ptep, PTE_ZERO);
    for (let i = 1; i < sz / PAGE_SIZE; i++) yield* m.entries.xchg(ptepAdd(ptep, i), PTE_ZERO);
    return pte;
  },
};

/** Race A15, access and dirty state. */
export const contigTeardown: Scenario = defineScenario<HugetlbPage>({
  id: 'hugetlb/contig-teardown',
  title: 'A hugetlb page of several entries is unmapped while two threads store to it',
  source: 'Linux d8bdcff28764 (4.14), arch/arm64/mm/hugetlbpage.c',
  about:
    'A hugetlb page may be a contiguous block. The hardware records a store in whichever entry it has used. Does unmapping find every record? Yes, if each entry is exchanged and what they recorded is put together: then the page is dirty whenever somebody stored. If the first entry speaks for all, a store that was recorded in another one is lost. Two threads store at any time.',
  invariants: ['DIRTY'],
  params: { block: 2 },
  less: [
    {
      hardware: 'severalTranslations',
      why: 'the entries are emptied once: a translation is of the page, or there is none',
    },
  ],
  assumes: oneLevelUp,
  setup: (w) => hugetlbPage(w, { dirty: false }),
  agents: { unmap, user1: user(1, false), user2: user(2, true) },
  linux: { '6.12': 'upstream' },
  mutants: {
    'first-speaks': {
      what: 'huge_ptep_get_and_clear empties all entries and returns what the first one recorded',
      breaks: 'DIRTY',
      why: 'the hardware recorded the store in another entry of the block',
      unless: REASONS.noHardwareBlocks,
      patch: FIRST_SPEAKS,
    },
  },
});
