import type { Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { dmirrorExclusive, nouveauAtomicRangeFault, samplesLate } from '../agents/driver.js';
import { atomics } from '../agents/gpu.js';
import { dontneed } from '../agents/zap.js';
import { type Setup, setup } from '../setup.js';

/** Race F3: a page is taken away that the driver is about to give to its device. */
export const zapVsGrant: Scenario = defineScenario<Setup>({
  id: 'device-exclusive/zap-vs-grant',
  title: 'The page is thrown away between make_device_exclusive_range and the device',
  source:
    'nouveau_atomic_range_fault() of the series "Add support for SVM atomics in Nouveau" (seed 002); the retry check of KVM and hmm, 2008 and later (race F3)',
  about:
    "The page lock keeps faults out, but a zap does not take it. It notifies a device that does not yet have the page, empties the entry and finishes. Then the driver gives the device a page that is no longer behind the address. How does the driver notice? It samples the notifier sequence before it looks up anything, and checks it in the same step that gives the page to the device. This is right. It fails without the check or with a late sample. The driver's reference keeps the page from being freed until the driver drops it.",
  invariants: ['NOTIF'],
  params: { block: 4 },
  setup: (w) => setup(w, { has: 'process' }),
  agents: { gpu: atomics<Setup>(1, nouveauAtomicRangeFault), zap: dontneed() },
  linux: { '5.14': 'upstream' },
  mutants: {
    'no-retry': {
      what: 'the driver does not ask whether anything was invalidated',
      breaks: 'NOTIF',
      why: 'the device uses a page that was thrown away before it got it',
      agents: { gpu: atomics(1, (m, s: Setup) => dmirrorExclusive(m, s)) },
    },
    'sequence-late': {
      what: 'the sequence is sampled when the page is exclusive already',
      breaks: 'NOTIF',
      why: 'a zap before the sample is not seen',
      agents: { gpu: atomics(1, samplesLate) },
    },
  },
});
