import type { Vma } from '@racewalk/core';
import { type AgentSpec, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { ANON_EXCLUSIVE, defineScenario, type Folio, forfeit, linux, PageFlag, returns } from '@racewalk/mm';

/** A page of a process, writable and dirty, and a shared page with the same contents. */
interface Twins {
  readonly vma: Vma;
  readonly page: Folio;
  readonly kpage: Folio;
}

function setup(w: World): Twins {
  const vma = w.vma({ pages: 1 });
  // One reference for the mapping, one for the scanner.
  const page = linux(w).folio({
    name: 'page',
    pages: 1,
    refcount: 2,
    mapcount: 1,
    frameFlags: ANON_EXCLUSIVE,
    contents: [1],
  });
  linux(w).mapFolio(vma, page, { young: true, dirty: true });
  const kpage = linux(w).folio({
    name: 'kpage',
    pages: 1,
    refcount: 1,
    mapcount: 0,
    frameFlags: PageFlag.ANON,
    contents: [1],
  });
  return { vma, page, kpage };
}

/** Two system calls, each after its change and before its flush: in this order the entry is quiet as early as it can be. */
const calls: AgentSpec<Twins> = {
  cpu: 1,
  role: 'kernel',
  note: 'MADV_FREE and change_prot_numa, both under way',
  *run(m, { vma, page }) {
    const first = yield* m.k.tlbGatherMmu(vma.mm);
    yield* m.k.madviseFreePteRange(first, vma);
    const second = yield* m.k.tlbGatherMmu(vma.mm);
    yield* m.k.changeProtection(second, vma, vma.start, vma.end, { prot: vma.prot, protNuma: true });
    yield* m.k.tlbFinishMmu(second);
    yield* m.k.tlbFinishMmu(first);
    yield* forfeit(page.frames[0]!);
  },
};

const merge: AgentSpec<Twins> = {
  cpu: 2,
  role: 'kernel',
  note: 'ksmd',
  *run(m, { vma, page, kpage }) {
    yield* m.k.tryToMergeOnePage(vma, page.frames[0]!, kpage.frames[0]!);
  },
};

/** What a fault does is not asked: the entry is without access for a while. */
const user: AgentSpec<Twins> = {
  cpu: 0,
  role: 'user',
  note: 'stores',
  *run(m, s) {
    yield* new UserCpu(m, s.vma, { faults: false }).store(0, 7);
  },
};

/** Race B7. */
export const mergeVsWriter: Scenario = defineScenario<Twins>({
  id: 'ksm/merge-vs-writer',
  title: 'KSM merges a page that is clean and write-protected, and still writable in a TLB',
  source: 'Linux b3a81d0841a9 (4.13)',
  about:
    'Three system calls run under the shared mmap lock. One makes an entry clean, one takes the permission to store, and both flush later. The third, KSM, finds the entry clean and read-only. May it conclude that nobody stores? No: a CPU may still store through what its TLB has, after the comparison, and the store goes with the page. So KSM flushes as well if anybody owes a flush, or if the page is still marked exclusive. An entry is evidence about TLBs only if no flush is owed.',
  invariants: ['DIRTY'],
  params: { block: 1 },
  less: [
    {
      hardware: 'speculativeFill',
      why: 'the store may walk at the start and use the translation at any later time: none is older',
    },
    {
      hardware: 'staleRefusals',
      why: 'an access that is refused ends',
    },
    {
      hardware: 'severalTranslations',
      why: 'one store is made, through one translation: that another one is cached besides changes nothing',
    },
    {
      hardware: 'kernelTlbs',
      why: 'no code of the other CPUs accesses the page',
    },
  ],
  assumes: 'the page of the scanner has been anonymous memory of a process that the race does not have',
  setup,
  agents: { user, calls, merge },
  linux: { '6.12': 'upstream' },
  mutants: {
    'by-the-entry': {
      what: 'an entry that is clean and read-only is left as it is (Linux before 4.13)',
      breaks: 'DIRTY',
      why: 'a TLB still lets a store through after the comparison, and the page is replaced',
      patch: { mmTlbFlushPending: returns(false), pageAnonExclusive: returns(false) },
      within: 'ksmSettled',
    },
  },
});
