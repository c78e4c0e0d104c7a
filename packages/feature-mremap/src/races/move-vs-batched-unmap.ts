import { type ArchReason, nothing, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { batchedReclaim } from '../agents/batch.js';
import { mover } from '../agents/mover.js';
import { user } from '../agents/user.js';
import { type Move, moveSetup } from '../setup.js';

const noBroadcast: ArchReason = (arch) =>
  arch.has('broadcastTlbi')
    ? null
    : 'invalidations interrupt and wait: none is ever issued and still under way, and there is no barrier to rely on';

/** A swapped-out entry moves before reclaim has flushed for it. */
export const moveVsBatchedUnmap: Scenario = defineScenario<Move>({
  id: 'mremap/move-vs-batched-unmap',
  title: 'mremap moves an entry that reclaim has swapped out and not yet flushed',
  source:
    'flush_tlb_batched_pending() in move_ptes(), quoted in the contpte review, 28 November 2023 (seed 004); Linux 3ea277194daa (4.13, 2017)',
  about:
    'Reclaim takes many pages from their mappings and invalidates once for all of them. Meanwhile mremap finds a swap entry, moves it, and has nothing to flush, because a swap entry is in no TLB. Yet the translation that stood there before is, and when mremap returns the old address must be dead. So move_ptes first makes the flushes that reclaim still owes; it learns of them under the page-table lock under which they were put off. The machine finds nothing with that flush and the stale translation without. Where invalidations are broadcast they are under way already, but only the CPU that issued one can wait for it: a barrier of the mover does not do. arm64 relied on one until Linux 6.16.',
  invariants: ['STALE', 'UAF'],
  params: { block: 1 },
  setup: (w) => moveSetup(w),
  agents: { mremap: mover(), reclaim: batchedReclaim, user: user() },
  mutants: {
    'no-drain': {
      what: 'mremap does not look whether reclaim owes a flush',
      breaks: 'STALE',
      why: 'a swap entry is moved, nothing is flushed, and a TLB still translates the old address',
      patch: { flushTlbBatchedPending: nothing },
    },
    'barrier-only': {
      what: 'mremap waits with a barrier for the invalidations that reclaim has issued',
      breaks: 'STALE',
      why: 'a barrier completes the invalidations of its own CPU, and these are those of another',
      notApplicable: noBroadcast,
      patch: { archFlushTlbBatchedPending: (m) => m.tlb.dsb() },
    },
  },
});
