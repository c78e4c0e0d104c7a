import { type AgentSpec, nothing, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { writer } from '../agents/writer.js';
import { pfnMkwrite } from '../ops/pfn-mkwrite.js';
import { type Device, makeDevice } from '../setup.js';

const driver: AgentSpec<Device> = {
  cpu: 0,
  role: 'kernel',
  note: 'write-protects once more',
  *run(m, s) {
    yield* m.k.lockExternal(s.external);
    yield* m.k.applyAsWrprotect(s.mapping, 0, 1);
    yield* m.completes('unwritable', s.vma);
    yield* m.k.unlockExternal(s.external);
  },
};

/** Seed 001, where its argument is one step short. */
export const mkwriteLock: Scenario = defineScenario<Device>({
  id: 'as-dirty/mkwrite-lock',
  title: 'How long a write fault must keep the lock it shares with the driver',
  source:
    'as_dirty helpers thread, 11 June 2019 (seed 001): "an external address space lock taken both around the wrprotect operation and in mkwrite()"',
  about:
    "All entries are read-only from an earlier round. A writer faults, its mkwrite() takes and drops the driver's lock, and then the fault makes the entry writable if it has not changed. Is that safe? No: in between, the driver may write-protect under its lock and find the entry read-only. The fault sees no change, while the driver has concluded that no entry is writable. The machine finds this on every plug-in, and never if the lock is kept until the entry is writable. page_mkwrite() returns with its page locked for that; pfn_mkwrite() has no page to lock.",
  invariants: ['PERM', 'DIRTY'],
  params: { block: 4 },
  setup: (w) => makeDevice(w, { areas: [{ write: false }] }),
  agents: { driver, user: writer({ mkwrite: true }) },
  mutants: {
    'lock-in-mkwrite-only': {
      what: 'mkwrite gives the lock back before the entry is made writable',
      breaks: 'PERM',
      why: 'the scan leaves a read-only entry alone, so the fault finds it unchanged and makes it writable',
      patch: { pageMkwrite: pfnMkwrite, faultDirtySharedPage: nothing },
      only: ['user'],
    },
  },
});
