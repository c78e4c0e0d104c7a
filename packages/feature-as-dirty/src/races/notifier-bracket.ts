import { vpnOf } from '@racewalk/core';
import { type AgentSpec, nothing, type Patch, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { checkNotified, guest, type Shadowed, shadowed } from '../agents/secondary-mmu.js';
import { makeDevice } from '../setup.js';

const driver: AgentSpec<Shadowed> = {
  cpu: 0,
  role: 'kernel',
  note: 'write-protects',
  *run(m, s) {
    yield* m.lock(s.external);
    yield* m.k.applyAsWrprotect(s.mapping, 0, 1);
    yield* checkNotified(s);
    yield* m.unlock(s.external);
  },
};

/** The range may be looked up again when the caches are flushed. */
const endsEarly: Patch = {
  *flushCacheRange(m, vma, start, end) {
    yield* m.k.flushCacheRange(vma, start, end);
    const range = { event: 'protection-page', mm: vma.mm, start: vpnOf(start), end: vpnOf(end) } as const;
    yield* [...m.world.notifiers][0]!.invalidateRangeEnd(range);
  },
  mmuNotifierInvalidateRangeEnd: nothing,
};

/** Seed 001: the notifier calls that version 4 added. */
export const notifierBracket: Scenario = defineScenario<Shadowed>({
  id: 'as-dirty/notifier-bracket',
  title: 'Write-protecting a range that a secondary MMU has mapped, too',
  source:
    'as_dirty helpers, version 4, 11 June 2019 (seed 001): "add mmu_notifier range invalidation calls"; soft-dirty without them, 2013',
  about:
    'A hypervisor or a device may have its own translations of the range, made from the same entries and not flushed with the TLBs. Does a notifier bracket suffice? Version 4 puts the scan and the invalidation between invalidate_range_start and invalidate_range_end. At start the secondary MMU drops its translations, and until end it keeps none. With the bracket nobody can write any more. The promise fails without the calls. It also fails if end comes before the scan, because the secondary MMU then reads an entry that is still writable.',
  invariants: ['NOTIF'],
  params: { block: 4 },
  setup: (w) => shadowed(w, makeDevice(w)),
  agents: { driver, guest },
  linux: { '5.2+as-dirty-v4': 'upstream' },
  mutants: {
    'no-notifier': {
      what: 'secondary MMUs are not told',
      breaks: 'NOTIF',
      why: 'invalidating the TLBs of the CPUs does not reach them',
      patch: { mmuNotifierInvalidateRangeStart: nothing, mmuNotifierInvalidateRangeEnd: nothing },
    },
    'ends-before-the-scan': {
      what: 'the range may be looked up again before it is scanned',
      breaks: 'NOTIF',
      why: 'the entry is still writable, and the new translation outlives the scan',
      patch: endsEarly,
    },
  },
});
