import { nothing, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { passer } from '../agents/protector.js';
import { writer } from '../agents/writer.js';
import { type Device, makeDevice } from '../setup.js';

/** Seed 001: is the invalidation between the two halves needed? */
export const oneFlushForBoth: Scenario = defineScenario<Device>({
  id: 'as-dirty/one-flush-for-both',
  title: 'Write-protect and clean with one invalidation, that of the cleaning',
  source:
    'comment of apply_as_clean(), version 4, 11 June 2019 (seed 001): dirty bits are picked up "after a TLB flush following the write-protection"',
  about:
    'The recipe wants an invalidation between write-protecting and cleaning. Suppose it is left out. A store without a look at memory needs a cached translation that is writable and dirty; whoever put it there has made the entry dirty before. So cleaning finds that entry dirty, records it, and invalidates it. A clean translation does not help a writer: to record its store the hardware goes to memory, and finds the entry read-only. The machine says that one invalidation is enough on every plug-in. What this rests on is that no TLB is dirty while memory is clean; an architecture that writes dirty back late needs both.',
  invariants: ['MISS', 'DIRTY'],
  params: { block: 4 },
  setup: (w) => {
    w.binder.replace({ flushTlbRange: nothing }, { within: 'applyAsWrprotect' });
    return makeDevice(w);
  },
  agents: {
    driver: passer(),
    user: writer({ mkwrite: (s) => ({ external: s.external }) }),
  },
  mutants: {
    'one-flush-after-both': {
      what: 'the one invalidation comes when the pass is over',
      breaks: 'MISS',
      why: 'a translation that is writable and dirty permits stores during the pass, and its entry says neither',
      patch: { flushTlbRange: nothing },
      within: 'applyAsClean',
      agents: { driver: passer({ flushesAtTheEnd: true }) },
    },
  },
});
