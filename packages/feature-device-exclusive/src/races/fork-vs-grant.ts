import type { Step } from '@racewalk/core/step';
import {
  type AgentSpec,
  type Frame,
  type Machine,
  nothing,
  type Patch,
  type Scenario,
} from '@racewalk/machine';
import { defineScenario, followRss } from '@racewalk/mm';
import { accounted } from '../agents/accounting.js';
import {
  dmirrorExclusive,
  type MakeExclusive,
  makeRange,
  nouveauAtomicRangeFault,
} from '../agents/driver.js';
import { type Forking, forkAndLoad, forking } from '../agents/fork.js';
import { atomics } from '../agents/gpu.js';
import { forksAsInV8 } from '../ops/copy-pte-range-locked-page.js';

/** Look-up under the mmap lock, which is dropped before the device is told; the page stays locked. */
const underMmapLock =
  (make: MakeExclusive): MakeExclusive =>
  (m, t) =>
    locked(m, t.place.vma.mm.mmapLock, () => make(m, t));

function* locked(m: Machine, lock: number, body: () => Step<Frame | null>): Step<Frame | null> {
  yield* m.k.downRead(lock);
  const page = yield* body();
  yield* m.k.upRead(lock);
  return page;
}

const make = underMmapLock(makeRange);

/** A driver that asks, once; if it lost the page it leaves the rest to the next device fault. */
const asking: AgentSpec<Forking> = atomics(1, (m, s: Forking) =>
  nouveauAtomicRangeFault(m, s, { make, attempts: 1 }),
);

/** The way out of a failed copy with both page-table locks held: whoever gets in between sees no difference. */
const keepsLocks: Patch = {
  *copyPteRange(m, dstVma, srcVma) {
    const ret = yield* m.k.copyPteRange(dstVma, srcVma);
    if (ret !== 0) for (const { table } of [dstVma, srcVma]) yield* m.pteOffsetMapLock(table);
    return ret;
  },
};

/** Seed 002: fork meets a page that a driver is about to give to its device. */
export const forkVsGrant: Scenario = defineScenario<Forking>({
  id: 'device-exclusive/fork-vs-grant',
  title: 'Fork waits for the lock of a page that a driver is about to give to its device',
  source:
    'copy_pte_range() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): try_restore_exclusive_pte() and locked_page',
  about:
    'A driver has made a page exclusive and holds its lock until the device has it. Fork needs that lock, but may not wait under two page-table locks. So it drops them, waits for the page, and looks again. It notified at its start, before the device had the page. Is “already notified” enough? Only for drivers that check the sequence before they give the page to the device. A driver that relies on the page lock alone gives the page away after the notification and unlocks. Then fork restores the entry and nobody notifies again.',
  invariants: ['OWN'],
  params: { block: 4 },
  setup: (w) => {
    forksAsInV8(w);
    return forking(w, { has: 'process' });
  },
  agents: { gpu: asking, fork: forkAndLoad },
  mutants: {
    'driver-does-not-ask': {
      what: 'the driver relies on the lock of the page and does not ask for the sequence',
      breaks: 'OWN',
      why: 'fork has notified before the device had the page, and does not notify again',
      agents: { gpu: atomics(1, (m, s: Forking) => dmirrorExclusive(m, s, make)) },
    },
  },
});

/** The other form, with the same two agents: the fork fails. */
export const forkFails: Scenario = defineScenario<Forking>({
  id: 'device-exclusive/fork-fails',
  title: 'Fork fails where the lock of the page is taken',
  source:
    'Reply to "mm: Device exclusive memory access" v8, May 2021 (seed 002): an easier option is to fail the fork when trylock_page() fails',
  about:
    'What if fork does not wait for the page? This option was requested and merged: if the page is locked, copying the entry returns EBUSY and the fork fails. User space may try again. Nothing waits for a page inside the bracket, so there is no livelock. The error path must still drop the page-table locks and close the bracket. A bracket that stays open blocks every driver that waits for it to end.',
  invariants: ['OWN', 'RMAP'],
  params: { block: 4 },
  setup: (w) => {
    const s = forking(w, { has: 'process' });
    followRss(w, s.vma.mm, 1);
    followRss(w, s.child.mm, 0);
    return s;
  },
  agents: {
    gpu: atomics(1, (m, s: Forking) => nouveauAtomicRangeFault(m, s, { make })),
    fork: forkAndLoad,
  },
  finally: (w, { page }, view, faults) => accounted(w, view, page, faults),
  linux: { '5.14': 'upstream' },
  mutants: {
    'leaves-bracket-open': {
      what: 'fork does not call invalidate_range_end, as on a way out that forgets it',
      breaks: 'LIVE',
      why: 'the driver waits for the end of an invalidation that never ends',
      patch: { mmuNotifierInvalidateRangeEnd: nothing },
      within: 'copyPageRange',
    },
    'keeps-locks': {
      what: 'the failed fork leaves with the page-table locks held',
      breaks: 'LIVE',
      why: 'nobody gets at the tables any more',
      patch: keepsLocks,
    },
  },
});
