import { type Machine, nothing, type Patch, type Scenario } from '@racewalk/machine';
import { defineScenario, FAULT_FLAG_ALLOW_RETRY } from '@racewalk/mm';
import { dmirrorExclusive, makeRange, mapPage } from '../agents/driver.js';
import { atomics } from '../agents/gpu.js';
import { user } from '../agents/user.js';
import { type Setup, setup } from '../setup.js';

/** The lock of the page is not taken. */
const unlocked: Patch = {
  // biome-ignore lint/correctness/useYield: no step
  *lockPageOrRetry() {
    return true;
  },
  unlockPage: nothing,
};

/** Gives the lock of the page back before the device has it. */
function* unlocksFirst(m: Machine, s: Setup) {
  const page = yield* makeRange(m, s);
  if (page === null) return false;
  yield* m.k.unlockPage(page);
  yield* mapPage(m, s, page, null);
  yield* m.k.putPage(page);
  return true;
}

/** Seed 002: what the lock of the page is for. */
export const grantVsFault: Scenario = defineScenario<Setup>({
  id: 'device-exclusive/grant-vs-fault',
  title: 'A driver is about to give the page to its device when a CPU faults on it',
  source:
    'make_device_exclusive_range() and remove_device_exclusive_entry() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): lock the page or retry',
  about:
    'Between unmapping the page and giving it to the device, neither CPU nor device has it. Can a fault in this window break the exclusion? It finds the entry, notifies devices that do not yet have the page, and restores it; then the driver gives the page to the device anyway. The page lock prevents this: the driver holds it until the device has the page, and the fault needs it. This driver relies on nothing else, as the documentation allows. Without the lock on either side, or without the TLB invalidation, device and CPU share the page.',
  invariants: ['OWN'],
  params: { block: 4 },
  setup: (w) => setup(w, { has: 'process' }),
  agents: {
    gpu: atomics(1, (m, s: Setup) => dmirrorExclusive(m, s)),
    user: user(1, ['store', 'load'], FAULT_FLAG_ALLOW_RETRY),
  },
  linux: { '5.14': 'upstream' },
  mutants: {
    'restore-without-lock': {
      what: 'the fault restores the entry without the lock of the page',
      breaks: 'OWN',
      why: 'it comes between the driver and its device, which is told before it has the page, and not after',
      patch: unlocked,
      within: 'removeDeviceExclusiveEntry',
    },
    'unlock-before-map': {
      what: 'the driver gives the lock of the page back before it has told the device',
      breaks: 'OWN',
      why: 'the fault is free to restore the entry, and the device gets a page that is mapped',
      agents: { gpu: atomics(1, unlocksFirst) },
    },
    'no-flush': {
      what: 'the mapping is taken down without an invalidation of TLBs',
      breaks: 'OWN',
      why: 'a CPU keeps its translation and uses the page without a fault',
      patch: {
        *ptepClearFlush(m, vma, addr, ptep) {
          return yield* m.pte.ptepGetAndClear(vma.mm, addr, ptep);
        },
      },
      within: 'pageMakeDeviceExclusiveOne',
    },
  },
});
