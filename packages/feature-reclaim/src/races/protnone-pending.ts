import type { AgentSpec, Patch, Scenario } from '@racewalk/machine';
import { defineScenario, incTlbFlushPending } from '@racewalk/mm';
import { reclaimer } from '../agents/reclaimer.js';
import { user } from '../agents/users.js';
import { type Mapped, mapPage } from '../setup.js';

/** A change of protection for NUMA hints: many entries, one flush. */
const numaHint: AgentSpec<Mapped> = {
  cpu: 2,
  role: 'kernel',
  note: 'change_prot_numa',
  *run(m, s) {
    yield* m.k.changeProtNuma(s.vma, s.vma.start, s.vma.end);
  },
};

/** The flush is announced when the entries are changed already. */
const announcedLate: Patch = {
  *incTlbFlushPending() {},
  *changeProtection(m, tlb, vma, start, end, change) {
    const pages = yield* m.k.changeProtection(tlb, vma, start, end, change);
    yield* incTlbFlushPending(m, tlb.mm);
    return pages;
  },
};

/** An inaccessible entry is in no TLB, whatever others have under way. */
const validOnly: Patch = {
  *ptepClearFlush(m, vma, addr, ptep) {
    const pte = yield* m.pte.ptepGetAndClear(vma.mm, addr, ptep);
    if (m.v.pteValid(pte)) yield* m.tlb.flushTlbPage(vma, addr);
    return pte;
  },
};

/** An inaccessible entry, the flush of which is still under way, is unmapped. */
export const protnonePending: Scenario = defineScenario<Mapped>({
  id: 'reclaim/protnone-pending',
  title: 'Reclaim unmaps an entry that was made inaccessible and not yet flushed',
  source:
    'Other code that changes a present entry and keeps its flush queued: Jann Horn, 26 October 2022 (seed 003); pte_accessible() and tlb_flush_pending, Linux 20841405940e (3.13, 2013)',
  about:
    'A scan for NUMA hints makes entries inaccessible and flushes once afterwards. An inaccessible entry is in no TLB: may a thread that empties it skip the flush? No: the translation from a moment ago may still be cached. So the scan announces its flush before it changes the first entry. A thread that empties an inaccessible entry under the page-table lock checks for an announcement, and flushes or adds to its batch. Then no page is freed while a CPU reaches it. It fails if only valid entries are flushed, or the announcement follows the change.',
  invariants: ['UAF', 'DIRTY'],
  params: { block: 1, batched: false },
  sizes: [{ block: 1, batched: true }],
  setup: (w) => mapPage(w),
  agents: {
    hint: numaHint,
    reclaim: reclaimer,
    user: user('load'),
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'valid-only': {
      what: 'ptep_clear_flush flushes only for a valid entry',
      breaks: 'UAF',
      why: 'a TLB still has the translation from before the entry was made inaccessible',
      patch: validOnly,
    },
    'announced-late': {
      what: 'the flush is announced after the entry was changed and its lock dropped',
      breaks: 'UAF',
      why: 'who finds the entry inaccessible in between finds nothing announced',
      patch: announcedLate,
    },
  },
});
