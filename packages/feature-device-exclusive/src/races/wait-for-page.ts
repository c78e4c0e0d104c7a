import { type AgentSpec, nothing, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { exclusiveFault, user } from '../agents/user.js';
import { dontneedPage } from '../agents/zap.js';
import { type Setup, setup } from '../setup.js';

// biome-ignore lint/correctness/useYield: no reference is taken
function* yes() {
  return true;
}

/** Gets the page back, and throws it away. */
const useAndDiscard: AgentSpec<Setup> = {
  cpu: 1,
  role: 'user',
  note: 'loads, then MADV_DONTNEED',
  *run(m, s) {
    yield* new UserCpu(m, s.vma, { onFault: exclusiveFault() }).load(0);
    yield* dontneedPage(m, s.place);
  },
};

/** Race F2: the page a fault waits for is nobody's. */
export const waitForPage: Scenario = defineScenario<Setup>({
  id: 'device-exclusive/wait-for-page',
  title: 'A fault waits for the lock of a page that somebody else frees',
  source:
    'remove_device_exclusive_entry() in "mm: Device exclusive memory access" v8, May 2021 (seed 002); fixed by Linux 7c7b962938dd (6.3)',
  about:
    'The fault found a page in the entry, dropped the page-table lock, and waits for the page lock. Does anything keep the page alive? Not in the version in the thread: the reference belongs to the entry, and another thread may restore the entry and free the page. Then the first thread holds or waits for the lock of a free page. Two years later it took its own reference. If it cannot, the page is free and the entry gone, so the access retries. The machine finds the missing reference with two threads and one madvise.',
  invariants: ['UAF'],
  params: { block: 4 },
  setup: (w) => setup(w, { has: 'device' }),
  agents: { first: useAndDiscard, second: user(2, ['load']) },
  linux: { '5.14': 'upstream' },
  mutants: {
    'wait-unpinned': {
      what: 'the fault waits for the lock without a reference to the page',
      breaks: 'UAF',
      why: 'the other thread gives the last reference back in the meantime',
      patch: { getPageUnlessZero: yes, putPage: nothing },
      within: 'removeDeviceExclusiveEntry',
      only: ['second'],
    },
  },
});
