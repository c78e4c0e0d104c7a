import type { AgentSpec, Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { ALL_CHECKS, EVEN_READ_ONLY } from '../agents/checks.js';
import { dmirrorExclusive, nouveauAtomicRangeFault, samplesLate } from '../agents/driver.js';
import { atomics } from '../agents/gpu.js';
import { protectPage } from '../agents/mprotect.js';
import { type Setup, setup } from '../setup.js';

/** Takes write permission from the page; it does not take the page's lock. */
const mprotect: AgentSpec<Setup> = {
  cpu: 0,
  role: 'kernel',
  note: 'mprotect(PROT_READ)',
  *run(m, { vma, place }) {
    yield* m.lock(vma.mm.mmapLock);
    yield* protectPage(m, place);
    yield* m.unlock(vma.mm.mmapLock);
  },
};

/** Seed 002: the third condition of the comparison. */
export const writeCheck: Scenario = defineScenario<Setup>({
  id: 'device-exclusive/write-check',
  title: 'The page becomes read-only between get_user_pages and the walk of the reverse map',
  source:
    'try_to_protect() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): a page counts as found only if its entry was writable',
  about:
    'get_user_pages found the page writable. Before the walk removes the mapping, mprotect makes it read-only, so the device must not write. Is a write check in the walk needed? The walk as posted treats such a page as not found. This driver omits the check but samples the notifier sequence before its look-up. That is enough: mprotect changes the sequence and the driver starts over. The check alone is not enough. mprotect does not take the page lock, so a driver that relies on that lock may pass the check and grant the page after mprotect.',
  invariants: ['NOTIF'],
  params: { block: 4 },
  setup: (w) => {
    w.binder.replace(EVEN_READ_ONLY);
    return setup(w, { has: 'process' });
  },
  agents: {
    gpu: atomics<Setup>(1, nouveauAtomicRangeFault),
    mprotect,
  },
  mutants: {
    'nobody-looks': {
      what: 'the check is left out, and the sequence is sampled after the look-up',
      breaks: 'NOTIF',
      why: 'mprotect was before the sample, and the entry says readable',
      agents: { gpu: atomics(1, samplesLate) },
    },
    'relies-on-lock': {
      what: 'the check is made, and the driver relies on the lock of the page alone',
      breaks: 'NOTIF',
      why: 'mprotect comes after the walk, without that lock, and before the device has the page',
      patch: ALL_CHECKS,
      agents: { gpu: atomics(1, (m, s: Setup) => dmirrorExclusive(m, s)) },
    },
  },
});
