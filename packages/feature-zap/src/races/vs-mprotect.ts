import { addrOf } from '@racewalk/core';
import { type AgentSpec, nothing, type Patch, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario, upRead } from '@racewalk/mm';
import { dontneed } from '../agents/zap.js';
import { UNANNOUNCED } from '../ops/pending.js';
import { type OnePage, onePage, runs } from '../setup.js';

/** `mprotect(PROT_READ)`. */
const mprotect = (mmapLock: boolean): AgentSpec<OnePage> => ({
  cpu: 2,
  role: 'kernel',
  note: 'mprotect',
  *run(m, s) {
    if (mmapLock) yield* m.lock(s.vma.mm.mmapLock);
    yield* m.k.doMprotectPkey([s.vma], { read: true, write: false });
    yield* m.completes('unwritable', s.vma);
    if (mmapLock) yield* m.unlock(s.vma.mm.mmapLock);
  },
});

const user: AgentSpec<OnePage> = {
  cpu: 1,
  role: 'user',
  note: 'stores',
  *run(m, s) {
    yield* new UserCpu(m, s.vma).store(0);
  },
};

/** MADV_DONTNEED, `mmap_lock` included. */
const madvise: AgentSpec<OnePage> = {
  ...dontneed(0),
  *run(m, s) {
    yield* m.k.doMadvise(s.vma, addrOf(s.vma.start), addrOf(s.vma.end));
  },
};

/** Gives the lock back when the entries are empty. */
const unlockBeforeFlush: Patch = {
  *tlbFinishMmu(m, tlb) {
    yield* upRead(m, tlb.mm.mmapLock);
    yield* m.k.tlbFinishMmu(tlb);
  },
  upRead: nothing,
};

/** MADV_DONTNEED against mprotect, kept apart by `mmap_lock`. */
export const vsMprotect: Scenario = defineScenario<OnePage>({
  id: 'zap/dontneed-vs-mprotect',
  title: 'MADV_DONTNEED races with mprotect',
  source:
    'the other party to a flush that is put off past the lock (October 2022, seed 003): mprotect skips what is empty, and returns',
  about:
    'mprotect removes the write permission from the entries it finds, flushes those, and promises that nobody can store. MADV_DONTNEED has just emptied an entry: mprotect neither finds nor flushes it. Can a CPU still store through its TLB? No, because of mmap_lock: one call takes it shared, the other exclusively, and MADV_DONTNEED flushes before it drops it. The page-table lock alone does not keep the two apart.',
  invariants: ['PERM', 'UAF'],
  params: { block: 1 },
  setup(w) {
    // Until Linux 5.18 mprotect was no gather.
    runs(w, UNANNOUNCED, ['mprotect']);
    return onePage(w);
  },
  agents: { zap: madvise, mprotect: mprotect(true), user },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-mmap-lock': {
      what: 'the zap does not take mmap_lock',
      breaks: 'PERM',
      why: 'mprotect finds the entry empty and returns before the flush of the zap',
      patch: { downRead: nothing, upRead: nothing },
    },
    'unlock-before-flush': {
      what: 'the zap gives mmap_lock back before its flush',
      breaks: 'PERM',
      why: 'mprotect comes between the two',
      patch: unlockBeforeFlush,
      only: ['zap'],
    },
  },
});

/** The same without `mmap_lock`: what a gather is good for. */
export const vsMprotectGather: Scenario = defineScenario<OnePage>({
  id: 'zap/mprotect-gather',
  title: 'mprotect that looks at the gathers of others needs no mmap_lock against a zap',
  source:
    'mprotect on mmu_gather, Linux 4a18419f71cd (5.19, 2022): a zap that does not hold mmap_lock, against the postponed flush of October 2022 (seed 003)',
  about:
    'The same two calls share only the page-table lock, as with a truncation of the file, which takes no mmap_lock. Can a CPU store after mprotect returns? No. Here mprotect counts as a gather. If it is not alone at its end, it flushes its whole range, including entries it found empty. The count is raised before the first entry is emptied and read after the entry, so one of the two always sees the other. The machine finds no store after mprotect has returned.',
  invariants: ['PERM', 'UAF'],
  params: { block: 1 },
  setup: (w) => onePage(w),
  agents: { zap: dontneed(0), mprotect: mprotect(false), user },
  mutants: {
    'no-gather': {
      what: 'mprotect flushes what it changed and nothing else',
      breaks: 'PERM',
      why: 'the emptied entry is nothing it changed',
      patch: UNANNOUNCED,
      only: ['mprotect'],
    },
  },
});
