import { ptepAdd } from '@racewalk/core';
import { choose } from '@racewalk/core/step';
import { type AgentSpec, nothing, type Patch, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { user } from '../agents/user.js';
import { addrAt, entryAt, foldedMapping, locked, type Mapping } from '../setup.js';

/** `copy_present_ptes` in the parent: write-protect a batch; at the end of fork invalidate everything. */
const fork: AgentSpec<Mapping> = {
  cpu: 0,
  role: 'kernel',
  note: 'holds mmap_lock',
  *run(m, s) {
    const n = s.entries.length;
    const show = (o: { readonly result: number }) => (o.result === 0 ? '→ whole block' : '→ part of it');
    const whole = (yield* choose(2, 'batch', show)) === 0;
    const from = whole ? 0 : 1;
    const nr = whole ? n : n - 2;
    yield* locked(m, s, () => m.pte.wrprotectPtes(s.vma.mm, addrAt(s, from), entryAt(s, from), nr));
    yield* m.tlb.flushTlbMm(s.vma.mm);
    const start = s.vma.start + from;
    yield* m.completes('unwritable', s.vma, start, start + nr);
  },
};

/** Reads each entry and stores it without write permission. */
const readThenStore: Patch = {
  *wrprotectPtes(m, _mm, _addr, ptep, nr) {
    for (let i = 0; i < nr; i++) {
      const pte = yield* m.entries.readOnce(ptepAdd(ptep, i), 'wrprotect_ptes');
      yield* m.entries.writeOnce(ptepAdd(ptep, i), m.v.pteWrprotect(pte), 'wrprotect_ptes');
    }
  },
};

/** Seed 004 (m): fork write-protects blocks, whole and in part. */
export const wrprotectBatch: Scenario = defineScenario<Mapping>({
  id: 'contpte/wrprotect-batch',
  title: 'Fork write-protects a folded block, or part of it, while other threads store',
  source:
    'Transparent contiguous PTEs, v2, November 2023 (seed 004), part 13: ptep_set_wrprotects() for fork; Linux ff1712f953e2 for the dirty state',
  about:
    "Fork write-protects the parent's entries in batches. A batch that covers a whole block leaves it folded and changes its entries one by one; a batch that covers a part unfolds first. Is that safe while threads of the parent store? Yes: nobody can write once fork is complete, and no store is lost. The block need not be uniform in between. A fully covered block has two protections for a moment, and the kernel allows that because either is right until the invalidation at the end.",
  invariants: ['DIRTY', 'PERM'],
  params: { block: 4 },
  setup: (w) => foldedMapping(w),
  agents: { fork, user: user({ pages: (n) => [1, n - 1] }) },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-flush': {
      what: 'nothing is invalidated at the end',
      breaks: 'PERM',
      why: 'a TLB still permits stores after fork is complete',
      patch: { flushTlbMm: nothing },
      only: ['fork'],
    },
    'read-then-store': {
      what: 'each entry is read and stored back without write permission',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty between the two, and the store takes it back',
      unless: REASONS.softwareDirty,
      instead: (arch) =>
        arch.has('blockTranslations') && !arch.has('hwDirty')
          ? {
              breaks: 'PERM',
              why: 'a part of a block is write-protected without unfolding it, and a TLB answers from the rest',
            }
          : null,
      patch: readThenStore,
    },
  },
});
