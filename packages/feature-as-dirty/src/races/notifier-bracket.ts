import type { AgentSpec, Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { checkNotified, guest, type Shadowed, shadowed } from '../agents/secondary-mmu.js';
import type { AsRules } from '../ops/apply-as.js';
import { applyAsWrprotect } from '../ops/wrprotect.js';
import { makeDevice } from '../setup.js';

const driver = (rules: AsRules = {}): AgentSpec<Shadowed> => ({
  cpu: 0,
  role: 'kernel',
  note: 'write-protects',
  *run(m, s) {
    yield* m.lock(s.external);
    yield* applyAsWrprotect(m, s.mapping, 0, 1, rules);
    yield* checkNotified(s);
    yield* m.unlock(s.external);
  },
});

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
  agents: { driver: driver(), guest },
  mutants: {
    'no-notifier': {
      what: 'secondary MMUs are not told',
      breaks: 'NOTIF',
      why: 'invalidating the TLBs of the CPUs does not reach them',
      agents: { driver: driver({ notifier: 'none' }) },
    },
    'ends-before-the-scan': {
      what: 'the range may be looked up again before it is scanned',
      breaks: 'NOTIF',
      why: 'the entry is still writable, and the new translation outlives the scan',
      agents: { driver: driver({ notifier: 'ends-early' }) },
    },
  },
});
