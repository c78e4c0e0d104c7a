import { addrOf, PAGE_SIZE } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Frame, Machine, Scenario } from '@racewalk/machine';
import { type Copied, defineScenario, followRss } from '@racewalk/mm';
import { accounted } from '../agents/accounting.js';
import {
  dmirrorExclusive,
  type MakeExclusive,
  makeRange,
  nouveauAtomicRangeFault,
} from '../agents/driver.js';
import { type Forking, forkAndLoad, forking } from '../agents/fork.js';
import { atomics } from '../agents/gpu.js';
import { type CopyPage, type CopyPte, copyPteRange } from '../ops/copy-page-range.js';
import { copyPresentPte } from '../ops/copy-present-pte.js';
import { copyPteRangeLockedPage } from '../ops/copy-pte-range-locked-page.js';

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

/** The way out of a failed copy without `invalidate_range_end`. */
const leavesBracketOpen: CopyPage = function* (m, place, copyPte) {
  const range = { mm: place.srcVma.mm, start: place.srcPte.vpn, end: place.srcPte.vpn + 1 };
  yield* m.notifier.mmuNotifierInvalidateRangeStart({ event: 'protection-page', ...range });
  if (!(yield* copyPte(m, place))) return false;
  const from = addrOf(place.srcPte.vpn);
  yield* m.tlb.flushTlbRange(place.srcVma, from, from + PAGE_SIZE);
  yield* m.notifier.mmuNotifierInvalidateRangeEnd({ event: 'protection-page', ...range });
  return true;
};

/** The way out of a failed copy with both page-table locks held. */
const keepsLocks: CopyPte = function* (m, place) {
  const { srcPte, dstPte, srcVma, dstVma } = place;
  yield* m.pteOffsetMapLock(dstPte.table);
  yield* m.pteOffsetMapLock(srcPte.table);
  let pte = yield* m.pte.ptepGet(srcPte);
  let ret: Copied = 0;
  if (!m.v.pteNone(pte) && !m.v.ptePresent(pte))
    ret = yield* m.k.copyNonpresentPte(dstVma, srcVma, dstPte, srcPte, pte);
  if (ret === 'EBUSY') return false;
  if (ret === 'ENOENT') pte = yield* m.pte.ptepGet(srcPte);
  if (m.v.ptePresent(pte)) yield* copyPresentPte(m, place, pte);
  yield* m.pteUnmapUnlock(srcPte.table);
  yield* m.pteUnmapUnlock(dstPte.table);
  return true;
};

/** Seed 002: fork meets a page that a driver is about to give to its device. */
export const forkVsGrant: Scenario = defineScenario<Forking>({
  id: 'device-exclusive/fork-vs-grant',
  title: 'Fork waits for the lock of a page that a driver is about to give to its device',
  source:
    'copy_pte_range() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): try_restore_exclusive_pte() and locked_page',
  about:
    'A driver has made the page exclusive and holds its lock until the device has it. Fork needs that lock to restore the entry, holds two page-table locks and may not wait; so it drops them, waits for the page, and looks again. The notification was made at the start of fork, before the device had the page. That is enough for a driver that asks for the sequence before it gives the page to its device. One that relies on the lock of the page alone gives it to the device after the notification, lets go of the lock, and fork restores the entry without telling anybody again. The machine finds that “already notified” holds only for drivers that ask.',
  invariants: ['OWN'],
  params: { block: 4 },
  setup: (w) => forking(w, { has: 'process' }),
  agents: { gpu: asking, fork: forkAndLoad(copyPteRangeLockedPage()) },
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
    'The option that was asked for, and merged: if the lock of the page is taken, copying the entry answers EBUSY, and the fork fails; user space may try again. Nothing waits for a page inside the bracket, so there is nothing to go round in circles. What is left to get wrong is the way out: the page-table locks must be dropped and the bracket closed there, too. A bracket that stays open keeps every driver waiting that wants to know when it may look again.',
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
    fork: forkAndLoad(),
  },
  finally: (w, { page }, view, faults) => accounted(w, view, page, faults),
  mutants: {
    'leaves-bracket-open': {
      what: 'the failed fork does not call invalidate_range_end',
      breaks: 'LIVE',
      why: 'the driver waits for the end of an invalidation that never ends',
      agents: { fork: forkAndLoad(copyPteRange, leavesBracketOpen) },
    },
    'keeps-locks': {
      what: 'the failed fork leaves with the page-table locks held',
      breaks: 'LIVE',
      why: 'nobody gets at the tables any more',
      agents: { fork: forkAndLoad(keepsLocks) },
    },
  },
});
