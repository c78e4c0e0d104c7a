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
    'Reclaim unmaps many pages and invalidates once for all. Meanwhile mremap moves a swap entry, which is in no TLB. Must it flush? Yes: the earlier translation may still be cached, and the old address must be dead when mremap returns. So move_ptes first makes the flushes that reclaim owes. It learns of them under the page-table lock under which they were deferred. Without that flush a stale translation remains. A barrier by the mover is not enough: only the CPU that broadcast the invalidation can wait for it. arm64 relied on a barrier until Linux 6.16.',
  invariants: ['STALE', 'UAF'],
  params: { block: 1 },
  setup: (w) => moveSetup(w),
  agents: { mremap: mover(), reclaim: batchedReclaim, user: user() },
  linux: { '6.12': 'upstream' },
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
