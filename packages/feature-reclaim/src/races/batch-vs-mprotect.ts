import type { AgentSpec, Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { reclaimer } from '../agents/reclaimer.js';
import { user } from '../agents/users.js';
import { barrierOnly, noDrain } from '../ops/drains.js';
import { noBroadcast } from '../reasons.js';
import { type Mapped, mapPage } from '../setup.js';

const mprotect: AgentSpec<Mapped> = {
  cpu: 2,
  role: 'kernel',
  note: 'mprotect(PROT_READ)',
  *run(m, s) {
    yield* m.lock(s.vma.mm.mmapLock);
    yield* m.k.doMprotectPkey([s.vma], { read: true, write: false });
    yield* m.completes('unwritable', s.vma);
    yield* m.unlock(s.vma.mm.mmapLock);
  },
};

/** mprotect finds a swap entry whose flush is still owed. */
export const batchVsMprotect: Scenario = defineScenario<Mapped>({
  id: 'reclaim/batch-vs-mprotect',
  title: 'mprotect comes to an entry that reclaim has emptied and not yet flushed',
  source:
    'Paths that use the tlb_batched infrastructure, Jann Horn, 26 October 2022 (seed 003); Linux 3ea277194daa (4.13, 2017)',
  about:
    "Reclaim installs a swap entry and defers the flush. Then mprotect makes the area read-only, finds nothing present, and has nothing to flush. Can a CPU still store through the old translation? Not if mprotect first makes the flushes that reclaim owes. Every path that skips an entry because it is not present must do that, and it learns of them under the page-table lock. Without the flush a stale permission remains. A barrier does not replace it: it does not wait for another CPU's broadcast. arm64 had such a barrier from Linux 6.6 to 6.15 (4b634918384c).",
  invariants: ['PERM', 'UAF', 'DIRTY'],
  params: { block: 1, dirty: true },
  sizes: [{ block: 1, dirty: false }],
  setup: (w) => mapPage(w),
  agents: { reclaim: reclaimer, mprotect, user: user() },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-drain': {
      what: 'mprotect does not look whether reclaim owes a flush',
      breaks: 'PERM',
      why: 'a TLB still permits stores when the area is read-only',
      patch: { flushTlbBatchedPending: noDrain },
    },
    'barrier-only': {
      what: 'mprotect waits with a barrier for the invalidations that reclaim has issued',
      breaks: 'PERM',
      why: 'a barrier completes the invalidations of its own CPU, and these are those of another',
      notApplicable: noBroadcast,
      patch: { flushTlbBatchedPending: barrierOnly },
    },
  },
});
