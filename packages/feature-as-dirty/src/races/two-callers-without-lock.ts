import type { Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type AgentSpec, copyOut, type Machine, nothing, type Patch, type Scenario } from '@racewalk/machine';
import { type Bitmap, defineScenario, returns, setBit } from '@racewalk/mm';
import { actOn } from '../agents/driver.js';
import { writer } from '../agents/writer.js';
import { NO_KERNEL_TLBS, NO_NEGATIVE_CACHING } from '../less.js';
import type { ApplyAs } from '../ops/apply-as.js';
import { type ApplyAsClean, applyAsCleanOf } from '../ops/clean.js';
import type { AddrRange } from '../ops/clip.js';
import { type Device, frameOf, makeDevice } from '../setup.js';

/** A call that takes the bits it finds before it looks at the counter. */
interface Taking extends ApplyAsClean {
  readonly taken: number[];
}

/** set_bit() orders nothing: whoever takes the bit and invalidates must find the entry changed. */
function* setBitAfterEntry(m: Machine, nr: number, bitmap: Bitmap): Step<void> {
  yield* m.k.smpMb();
  yield* setBit(m, nr, bitmap);
}

/** Take all bits. */
function* take(m: Machine, bitmap: Bitmap): Step<number[]> {
  const taken: number[] = [];
  for (let nr = 0; nr < bitmap.nbits; nr++) if (yield* m.k.testAndClearBit(nr, bitmap)) taken.push(nr);
  return taken;
}

/** Invalidate all if somebody else's invalidation is on its way: an entry found clean may be one of his. */
function* heeding(m: Machine, aas: ApplyAs, vma: Vma, clip: AddrRange): Step<void> {
  if (yield* m.k.mmTlbFlushNested(vma.mm)) yield* m.tlb.flushTlbRange(vma, clip.start, clip.end);
  else yield* m.k.flushTouched(aas, vma, clip);
}

/** Between the scan and the look at the counter the bits are taken. */
const TAKES_BITS: Patch = {
  *flushTouched(m, aas, vma, clip) {
    const { bitmap, taken } = aas as Taking;
    taken.push(...(yield* take(m, bitmap)));
    yield* heeding(m, aas, vma, clip);
  },
};

/** Cleans; returns what was taken meanwhile. */
function* cleans(m: Machine, { bitmap, mapping }: Device): Step<number[]> {
  const taken: number[] = [];
  const clean: Taking = Object.assign(applyAsCleanOf(m, bitmap, 0, bitmap.nbits, 0), { taken });
  yield* m.k.applyAsRange(mapping, clean, 0, bitmap.nbits);
  return taken;
}

/** Cleans, and acts on what was taken. */
const caller = (cpu: number): AgentSpec<Device> => ({
  cpu,
  role: 'kernel',
  note: 'cleans, then acts',
  *run(m, s) {
    for (const nr of yield* cleans(m, s)) yield* copyOut(frameOf(s, nr));
  },
});

/** Cleans, and takes the bits when that is over. */
const lateCaller = (cpu: number): AgentSpec<Device> => ({
  ...caller(cpu),
  *run(m, s) {
    yield* cleans(m, s);
    yield* actOn(m, s, 0, s.bitmap.nbits);
  },
});

/** What the flush-pending counter is good for. */
export const twoCallersWithoutLock: Scenario = defineScenario<Device>({
  id: 'as-dirty/two-callers-without-lock',
  title: 'Two callers without a lock of their own, if they heed tlb_flush_pending',
  source:
    'as_dirty helpers, version 4, June 2019 (seed 001): "tell the mmu_gather code about pending tlb flushes"',
  about:
    'The helpers announce their late invalidation in tlb_flush_pending. Can that counter replace the external lock between two callers? Yes, in this order: scan; take the bits; invalidate the whole range if another caller has announced an invalidation; copy. A caller announces before it sets a bit. So a caller that takes the bit sees the announcement, or the invalidation is complete. Taking the bits at the end is too late: a caller that came after the check may have set some. Every step is necessary. The bits must be set atomically, because the word is shared.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  less: [
    NO_KERNEL_TLBS,
    NO_NEGATIVE_CACHING,
    {
      hardware: 'speculativeFill',
      why: 'the user makes one access, at its start: its own walk may come at any time before its use, as a fill would',
    },
  ],
  setup: (w) => {
    w.binder.replace({ ...TAKES_BITS, __setBit: setBitAfterEntry });
    return makeDevice(w);
  },
  agents: { first: caller(0), second: caller(2), user: writer({ stores: 1 }) },
  mutants: {
    'ignores-pending': {
      what: 'a caller invalidates only what it has changed itself',
      breaks: 'DIRTY',
      why: 'it copies what the other has recorded and not yet invalidated',
      patch: { mmTlbFlushNested: returns(false) },
      within: 'flushTouched',
    },
    unannounced: {
      what: 'nobody counts himself in tlb_flush_pending',
      breaks: 'DIRTY',
      why: 'there is nothing to heed',
      patch: { incTlbFlushPending: nothing, decTlbFlushPending: nothing },
    },
    'takes-bits-late': {
      what: 'the bits are taken when the own invalidation is over',
      breaks: 'DIRTY',
      why: 'one of them may come from a caller who began after the look at the counter',
      patch: { flushTouched: heeding },
      agents: { first: lateCaller(0), second: lateCaller(2) },
    },
  },
});
