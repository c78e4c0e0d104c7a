import { type AgentSpec, nothing, type Patch, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { writer } from '../agents/writer.js';
import { FLUSH_UNDER_PTL } from '../ops/patches.js';
import { type Device, makeDevice } from '../setup.js';

/** Write-protects. */
const driver: AgentSpec<Device> = {
  cpu: 0,
  role: 'kernel',
  note: 'write-protects',
  *run(m, s) {
    yield* m.k.applyAsWrprotect(s.mapping, 0, 1);
  },
};

/** After the invalidation the driver says that nobody can write any more. */
const completes: Patch = {
  *flushTlbRange(m, vma, start, end) {
    yield* m.tlb.flushTlbRange(vma, start, end);
    yield* m.completes('unwritable', vma);
  },
};

/** The driver has no lock of its own. */
const NO_DRIVER_LOCK: Patch = { pageMkwrite: nothing, faultDirtySharedPage: nothing };

/** The order of the patch. */
const AS_POSTED: Patch = {
  *applyToPfnRange(m, closure, address, size) {
    return yield* m.k.applyToPfnRange(closure, address, size);
  },
  *flushTouched(m, aas, vma, clip) {
    yield* m.k.flushTouched(aas, vma, clip);
  },
};

/** Seed 001: the page-table lock as the lock of B1. */
export const wrprotectFlushUnderPtl: Scenario = defineScenario<Device>({
  id: 'as-dirty/wrprotect-flush-under-ptl',
  title: 'Write-protecting without an external lock: the page-table lock in its place',
  source:
    'as_dirty helpers thread, 11 June 2019 (seed 001): "the page table lock is sometimes used as the lock in B1, blocking a possible software fault until the TLB flush has happened"',
  about:
    'Without a driver lock nothing delays mkwrite. Can the page-table lock replace it? Yes, if the invalidation is complete before that lock is dropped: a fault needs the lock to make the entry writable. So there is a moment when no entry and no TLB permits a store. The reviewer asks for this order. It keeps the promise on every plug-in as long as the lock is held. With the invalidation after the lock, the promise holds on none.',
  invariants: ['PERM', 'DIRTY'],
  params: { block: 4 },
  setup: (w) => {
    w.binder.replace(FLUSH_UNDER_PTL);
    w.binder.replace(NO_DRIVER_LOCK);
    w.binder.replace(completes, { within: 'applyAsRange' });
    return makeDevice(w);
  },
  agents: { driver, user: writer({ mkwrite: true }) },
  mutants: {
    'flush-after-unlock': {
      what: 'the page-table lock is dropped before the invalidation, as in the patch',
      breaks: 'PERM',
      why: 'the fault makes the entry writable in between, and the writer has a writable translation after the invalidation',
      patch: AS_POSTED,
    },
  },
});
