import type { PteWord } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type AgentSpec, type Machine, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario, MmuGather } from '@racewalk/mm';
import { user } from '../agents/user.js';
import { bareClear } from '../ops/naive.js';
import { addrAt, entryAt, foldedMapping, frameAt, locked, type Mapping, pagesIn } from '../setup.js';

/** How the zap differs from the kernel's. */
interface ZapPlan {
  readonly clear?: (m: Machine, s: Mapping, from: number, nr: number) => Step<PteWord>;
  readonly flush?: boolean;
  /** Say when it is complete, so that STALE is checked. A mutant that shows something else keeps quiet. */
  readonly promise?: boolean;
}

/** All pages but the ends of the block. */
const FROM = 1;
const pagesOf = (n: number): number => Math.max(1, n - 2);

const clearPart = (m: Machine, s: Mapping, from: number, nr: number): Step<PteWord> =>
  m.pte.getAndClearFullPtes(s.vma.mm, addrAt(s, from), entryAt(s, from), nr, false);

const clearBare = (m: Machine, s: Mapping, from: number, nr: number): Step<PteWord> =>
  bareClear(m, entryAt(s, from), nr);

/** `madvise_dontneed_single_vma` on the middle of the block; then the pages are given other work. */
function zap(plan: ZapPlan = {}): AgentSpec<Mapping> {
  const { clear = clearPart, flush = true, promise = true } = plan;
  return {
    cpu: 0,
    role: 'kernel',
    note: 'MADV_DONTNEED',
    *run(m, s) {
      const nr = pagesOf(pagesIn(m.world));
      const part = s.entries.slice(FROM, FROM + nr);
      const gather = yield* MmuGather.start(m, s.vma.mm);
      yield* locked(m, s, function* () {
        const pte = yield* clear(m, s, FROM, nr);
        for (const ptep of part) {
          if (flush) gather.removeTlbEntry(s.vma, ptep);
          gather.removePage(frameAt(s, ptep.index));
          if (m.v.pteDirty(pte)) yield* m.k.setPageDirty(frameAt(s, ptep.index));
        }
      });
      yield* gather.finish();
      const start = s.vma.start + FROM;
      if (promise) yield* m.completes('unmapped', s.vma, start, start + nr);
      yield* locked(m, s, function* () {
        const swap = m.arch.swap.swpEntryToPte({ type: 1, offset: 0x10 });
        for (const ptep of part) yield* m.pte.setPteAt(s.vma.mm, addrAt(s, ptep.index), ptep, swap);
      });
    },
  };
}

/** Seed 004 (h): a hole in a folded block, then a swap entry in the hole. */
export const partialDontneed: Scenario = defineScenario<Mapping>({
  id: 'contpte/partial-dontneed',
  title: 'MADV_DONTNEED on part of a folded block, then a swap entry set there',
  source: 'Transparent contiguous PTEs, v2, November 2023 (seed 004), case 1 of the review',
  about:
    'A reviewer asked what becomes of a block when only some of its pages are thrown away. A TLB may hold one entry for all of it, read from any member that is still valid; so it is not enough to empty the entries of the pages concerned and to invalidate their addresses: the next walk through a neighbour brings the hole back. The answer was that the first entry to be emptied unfolds the block, and that a later swap entry finds nothing to fold. The machine agrees: the pages go back unreachable, the neighbours keep what was stored to them, and the block never stands half marked. The zap that knows nothing of blocks frees pages which a CPU can still reach.',
  invariants: ['UAF', 'STALE', 'CONT', 'DIRTY'],
  params: { block: 4 },
  setup: (w) => foldedMapping(w),
  agents: { zap: zap(), user: user({ spans: true, pages: () => [0, FROM] }) },
  mutants: {
    'naive-zap': {
      what: 'the entries of the part are emptied and their addresses invalidated; the rest stays folded',
      breaks: 'UAF',
      why: 'a walk through a sibling gives the TLB an entry for the whole block, the freed pages included',
      unless: REASONS.noBlocks,
      agents: {
        zap: zap({ clear: clearBare, promise: false }),
        // Loads only: a store of this user would also be a forgotten one.
        user: user({ spans: true, pages: () => [FROM], access: 'load' }),
      },
    },
    'naive-flags': {
      what: 'the flags in the emptied entries are taken for those of their own pages',
      breaks: 'DIRTY',
      why: 'the store to a page that stays was recorded in an entry that went',
      unless: REASONS.noHardwareBlocks,
      agents: { zap: zap({ clear: clearBare, promise: false }), user: user({ pages: () => [0] }) },
    },
    'no-flush': {
      what: 'the pages are freed without an invalidation after their entries were emptied',
      breaks: 'UAF',
      why: 'a TLB still translates to the page when it goes back to the allocator',
      agents: { zap: zap({ flush: false, promise: false }) },
    },
  },
});
