import { nothing, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { clean } from '../agents/driver.js';
import { passer, passes, protect, takeAll } from '../agents/protector.js';
import { writer } from '../agents/writer.js';
import { NO_KERNEL_TLBS } from '../less.js';
import { type Device, makeDevice } from '../setup.js';

/** The same pass, and an invalidation when all has been copied. */
const flushesAfterwards = passes(function* (m, s) {
  yield* protect(m, s);
  yield* takeAll(m, s, yield* clean(m, s));
  yield* m.tlb.flushTlbMm(s.vma.mm);
});

/** Seed 001: is the invalidation between the two halves needed? */
export const oneFlushForBoth: Scenario = defineScenario<Device>({
  id: 'as-dirty/one-flush-for-both',
  title: 'Write-protect and clean with one invalidation, that of the cleaning',
  source:
    'comment of apply_as_clean(), version 4, 11 June 2019 (seed 001): dirty bits are picked up "after a TLB flush following the write-protection"',
  about:
    'The recipe invalidates between write-protecting and cleaning. Is one invalidation, after both, enough? Yes, on every plug-in. A CPU can store without a walk only through a cached translation that is writable and dirty, and then the entry was already dirty. So cleaning finds the entry dirty, records it, and invalidates it. Through a clean translation the hardware must go to memory to record the store, and there the entry is read-only. All this assumes that no TLB is dirty while memory is clean. An architecture that writes dirty back late needs both invalidations.',
  invariants: ['MISS', 'DIRTY'],
  params: { block: 4 },
  less: [NO_KERNEL_TLBS],
  setup: (w) => {
    w.binder.replace({ flushTlbRange: nothing }, { within: 'applyAsWrprotect' });
    return makeDevice(w);
  },
  agents: {
    driver: passer,
    user: writer({ mkwrite: true }),
  },
  mutants: {
    'one-flush-after-both': {
      what: 'the one invalidation comes when the pass is over',
      breaks: 'MISS',
      why: 'a translation that is writable and dirty permits stores during the pass, and its entry says neither',
      patch: { flushTlbRange: nothing },
      within: 'applyAsClean',
      agents: { driver: flushesAfterwards },
    },
  },
});
