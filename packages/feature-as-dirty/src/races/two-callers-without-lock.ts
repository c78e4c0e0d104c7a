import type { Step } from '@racewalk/core/step';
import { type AgentSpec, copyOut, type Scenario } from '@racewalk/machine';
import { defineScenario, setBit } from '@racewalk/mm';
import { actOn } from '../agents/driver.js';
import { writer } from '../agents/writer.js';
import type { AsRules } from '../ops/apply-as.js';
import { applyAsClean, cleanPte } from '../ops/clean.js';
import { type Device, frameOf, makeDevice } from '../setup.js';

/**
 * Cleans, and acts on whatever the bitmap holds. `takes` says when the bits are taken: between the scan and
 * the look at the counter, or when everything is over.
 */
function caller(cpu: number, takes: 'early' | 'late', rules: AsRules): AgentSpec<Device> {
  return {
    cpu,
    role: 'kernel',
    note: 'cleans, then acts',
    *run(m, s) {
      const taken: number[] = [];
      function* take(): Step<void> {
        for (let nr = 0; nr < s.bitmap.nbits; nr++) {
          if (yield* m.k.testAndClearBit(nr, s.bitmap)) taken.push(nr);
        }
      }
      const [start, end] = [{ value: 0 }, { value: 0 }];
      const hooks: AsRules = takes === 'early' ? { ...rules, beforeFlush: take } : rules;
      const clean = cleanPte({ set: setBit });
      yield* applyAsClean(m, s.mapping, 0, s.bitmap.nbits, 0, s.bitmap, start, end, hooks, clean);
      if (takes === 'late') yield* actOn(m, s, 0, s.bitmap.nbits);
      for (const nr of taken) yield* copyOut(frameOf(s, nr));
    },
  };
}

const callers = (takes: 'early' | 'late', rules: AsRules) => ({
  first: caller(0, takes, rules),
  second: caller(2, takes, rules),
});

/** What the flush-pending counter is good for. */
export const twoCallersWithoutLock: Scenario = defineScenario<Device>({
  id: 'as-dirty/two-callers-without-lock',
  title: 'Two callers without a lock of their own, if they heed tlb_flush_pending',
  source:
    'as_dirty helpers, version 4, June 2019 (seed 001): "tell the mmu_gather code about pending tlb flushes"',
  about:
    'The helpers announce their late invalidation in tlb_flush_pending. Can that counter replace the external lock between two callers? Yes, in this order: scan; take the bits; invalidate the whole range if another caller has announced an invalidation; copy. A caller announces before it sets a bit. So whoever takes the bit sees the announcement, or the invalidation is complete. Taking the bits at the end is too late: a caller that came after the check may have set some. Every step is necessary. The bits must be set atomically, because the word is shared.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  setup: (w) => makeDevice(w),
  agents: { ...callers('early', { heedsPending: true }), user: writer({ stores: 1 }) },
  mutants: {
    'ignores-pending': {
      what: 'a caller invalidates only what it has changed itself',
      breaks: 'DIRTY',
      why: 'it copies what the other has recorded and not yet invalidated',
      agents: callers('early', {}),
    },
    unannounced: {
      what: 'nobody counts himself in tlb_flush_pending',
      breaks: 'DIRTY',
      why: 'there is nothing to heed',
      agents: callers('early', { heedsPending: true, unannounced: true }),
    },
    'takes-bits-late': {
      what: 'the bits are taken when the own invalidation is over',
      breaks: 'DIRTY',
      why: 'one of them may come from a caller who began after the look at the counter',
      agents: callers('late', { heedsPending: true }),
    },
  },
});
