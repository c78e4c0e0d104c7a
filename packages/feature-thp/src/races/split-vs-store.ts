import { addrOf } from '@racewalk/core';
import { type Patch, REASONS, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { noBreak } from '../reasons.js';
import { type HugeArea, hugeArea } from '../setup.js';

/** Load, then store what was loaded, without the valid bit. */
const readThenStore: Patch = {
  *pmdpInvalidate(m, vma, addr, pmdp) {
    const old = yield* m.pmd.pmdpGet(pmdp);
    yield* m.pmd.setPmdAt(vma.mm, addr, pmdp, m.p.pmdMkinvalid(old));
    yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
    return old;
  },
};

const noFlush: Patch = {
  *pmdpInvalidate(m, vma, addr, pmdp) {
    const old = yield* m.pmd.pmdpGet(pmdp);
    return yield* m.pmd.pmdpEstablish(vma, addr, pmdp, m.p.pmdMkinvalid(old));
  },
};

/** Race A16. */
export const splitVsStore: Scenario = defineScenario<HugeArea>({
  id: 'thp/split-vs-store',
  title: 'A huge page is split into small ones while a CPU stores to it',
  source: '__split_huge_pmd_locked() and pmdp_invalidate(), Linux d52605d7cb30 (4.16)',
  about:
    'The kernel takes the huge entry away, hands its dirty state to the entries of a table, and puts the table there. A store may make the huge entry dirty at any time before. So the old entry counts only as the exchange returns it. Between the two the entry is invalid and flushed: a TLB must not hold two sizes for one address where the CPU asks for break before make. Elsewhere either of the two may answer.',
  assumes: 'a huge page is mapped one level up, and the protocol of the check maps leaves only',
  invariants: ['DIRTY', 'CONT', 'RMAP', 'ENC'],
  params: { pages: 2 },
  setup: (w) => hugeArea(w),
  agents: {
    split: {
      cpu: 0,
      role: 'kernel',
      note: 'splits the huge page',
      *run(m, { vma, pmdp }) {
        yield* m.k.__splitHugePmd(vma, pmdp);
      },
    },
    user: {
      cpu: 1,
      role: 'user',
      note: 'stores to the second page',
      *run(m, { vma }) {
        yield* new UserCpu(m, vma).store(1);
      },
    },
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'read-then-store': {
      what: 'the entry is made invalid by a load and a store, as until 4.15',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty between the two, and the small entries get the state from before',
      unless: REASONS.softwareDirty,
      patch: readThenStore,
    },
    'no-flush': {
      what: 'no flush between the invalid entry and the table',
      breaks: 'CONT',
      why: 'the TLB still has the huge translation when it walks the table: two sizes for one address',
      unless: noBreak,
      patch: noFlush,
    },
  },
});
