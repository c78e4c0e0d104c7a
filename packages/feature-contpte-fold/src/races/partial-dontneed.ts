import type { Ptep } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type AgentSpec, type Machine, type Patch, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario, freePage } from '@racewalk/mm';
import { user } from '../agents/user.js';
import { bareClear } from '../ops/naive.js';
import { addrAt, entryAt, foldedMapping, frameAt, locked, type Mapping, pagesIn } from '../setup.js';

/** All pages but the ends of the block. */
const FROM = 1;
const pagesOf = (n: number): number => Math.max(1, n - 2);

/** The entries in the middle of the block. */
const partOf = (m: Machine, s: Mapping): readonly Ptep[] =>
  s.entries.slice(FROM, FROM + pagesOf(pagesIn(m.world)));

/**
 * MADV_DONTNEED on the middle of the block; then the pages are given other work. In Linux they wait for the rest of
 * their folio, or for its split, and nobody wants to know what they hold; here each goes back by itself.
 */
function* throwAway(m: Machine, s: Mapping): Step<void> {
  const part = partOf(m, s);
  const tlb = yield* m.k.tlbGatherMmu(s.vma.mm);
  yield* locked(m, s, function* () {
    const [mm, addr, ptep] = [s.vma.mm, addrAt(s, FROM), entryAt(s, FROM)];
    const pte = yield* m.pte.getAndClearFullPtes(mm, addr, ptep, part.length, tlb.fullmm);
    m.k.tlbRemoveTlbEntries(tlb, s.vma, ptep, part.length);
    if (!m.v.pteDirty(pte)) return;
    for (const { index } of part) yield* m.k.setPageDirty(frameAt(s, index));
  });
  yield* m.k.tlbFinishMmu(tlb);
  for (const { index } of part) yield* freePage(m, frameAt(s, index));
}

/** Swap entries where the pages were. */
const setSwapEntries = (m: Machine, s: Mapping): Step<void> =>
  locked(m, s, function* () {
    const swap = m.arch.swap.swpEntryToPte({ type: 1, offset: 0x10 });
    for (const ptep of partOf(m, s)) yield* m.pte.setPteAt(s.vma.mm, addrAt(s, ptep.index), ptep, swap);
  });

const zap: AgentSpec<Mapping> = {
  cpu: 0,
  role: 'kernel',
  note: 'MADV_DONTNEED',
  *run(m, s) {
    const start = s.vma.start + FROM;
    yield* throwAway(m, s);
    yield* m.completes('unmapped', s.vma, start, start + pagesOf(pagesIn(m.world)));
    yield* setSwapEntries(m, s);
  },
};

/** The same, which promises nothing: what its mutants break is not the promise. */
const quietZap: AgentSpec<Mapping> = {
  ...zap,
  *run(m, s) {
    yield* throwAway(m, s);
    yield* setSwapEntries(m, s);
  },
};

/** The rest of the block stays folded. */
const naive: Patch = { getAndClearFullPtes: (m, _mm, _addr, ptep, nr) => bareClear(m, ptep, nr) };

/** Seed 004 (h): a hole in a folded block, then a swap entry in the hole. */
export const partialDontneed: Scenario = defineScenario<Mapping>({
  id: 'contpte/partial-dontneed',
  title: 'MADV_DONTNEED on part of a folded block, then a swap entry set there',
  source: 'Transparent contiguous PTEs, v2, November 2023 (seed 004), case 1 of the review',
  about:
    'What becomes of a block when only some of its pages are thrown away? A TLB may hold one entry for the whole block, read from any valid member. So emptying some entries and invalidating their addresses is not enough: the next walk through a neighbour restores the translation. The answer in the thread holds: the first emptied entry unfolds the block, and a later swap entry finds nothing to fold. The pages are freed unreachable, and the neighbours keep their stores. A zap that ignores blocks frees pages that a CPU can still reach.',
  invariants: ['UAF', 'STALE', 'CONT', 'DIRTY'],
  params: { block: 4 },
  setup: (w) => foldedMapping(w),
  agents: { zap, user: user({ pages: () => [0, FROM] }) },
  linux: { '6.12': 'upstream' },
  mutants: {
    'naive-zap': {
      what: 'the entries of the part are emptied and their addresses invalidated; the rest stays folded',
      breaks: 'UAF',
      why: 'a walk through a sibling gives the TLB an entry for the whole block, the freed pages included',
      unless: REASONS.noBlocks,
      patch: naive,
      agents: {
        zap: quietZap,
        // Loads only: a store of this user would also be a forgotten one.
        user: user({ pages: () => [FROM], access: 'load' }),
      },
    },
    'naive-flags': {
      what: 'the flags in the emptied entries are taken for those of their own pages',
      breaks: 'UAF',
      why: 'a TLB still reads the block, with the pages that go, from an entry of a page that stays',
      unless: REASONS.noBlocks,
      instead: (arch) =>
        arch.has('contPte') && !arch.has('hwDirty')
          ? { breaks: 'STALE', why: 'the same, found where the operation says that it is complete' }
          : null,
      patch: naive,
      agents: { zap: quietZap, user: user({ pages: () => [0] }) },
    },
    'no-flush': {
      what: 'the pages are freed without an invalidation after their entries were emptied',
      breaks: 'UAF',
      why: 'a TLB still translates to the page when it goes back to the allocator',
      patch: { *tlbFlush() {} },
      agents: { zap: quietZap },
    },
  },
});
