import { type AgentSpec, nothing, type Patch, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario, doUserAddrFault as onFault } from '@racewalk/mm';
import { fork } from '../agents/fork.js';
import { expectRead, PARENT_VALUE } from '../agents/users.js';
import { entryAt, type Fork, forkSetup } from '../setup.js';

/** Resolves a write fault for a thread of the parent that stores nothing yet (`fault_in_writeable`). */
const fault: AgentSpec<Fork> = {
  cpu: 1,
  role: 'kernel',
  note: 'parent, fixup_user_fault',
  *run(m, s) {
    const { parent } = s;
    yield* m.k.downRead(parent.mm.mmapLock);
    yield* m.k.handlePteFault({ vma: parent, ptep: entryAt(parent, 0), access: 'store' });
    yield* m.k.upRead(parent.mm.mmapLock);
  },
};

const writer: AgentSpec<Fork> = {
  cpu: 2,
  role: 'user',
  note: 'parent, stores and reads back',
  *run(m, s) {
    const cpu = new UserCpu(m, s.parent, { onFault });
    yield* cpu.store(0, PARENT_VALUE);
    yield* expectRead(yield* cpu.loadValue(0), PARENT_VALUE, 'the parent reads back what it stored');
  },
};

/** `dup_mmap` that drops the lock before it invalidates. */
const flushAfterUnlock: Patch = {
  *dupMmap(m, dstVma, srcVma) {
    yield* m.lock(srcVma.mm.mmapLock);
    const ret = yield* m.k.copyPageRange(dstVma, srcVma);
    yield* m.unlock(srcVma.mm.mmapLock);
    yield* m.tlb.flushTlbMm(srcVma.mm);
    return ret;
  },
};

/** The invalidation of fork comes late: what keeps that right. */
export const lateFlush: Scenario = defineScenario<Fork>({
  id: 'fork-batch/late-flush',
  title: 'A page is copied between the write-protect of fork and its invalidation',
  source:
    'ptep_set_wrprotects() of the contpte series, November 2023 (seed 004), part 13: pages may be writable or not until the flush; Linux fb49c455323f (6.5): fork locks the areas of the parent',
  about:
    'Fork write-protects a whole process and invalidates once, at the end. Until then a CPU may store through an old translation. Is that harmless? Only while nobody acts on the entry. Copy-on-write copies the page, and the parent loses what the other CPU stores to the old page afterwards. The mmap lock keeps faults out until the invalidation. When faults began to run under per-area locks, which fork did not take, programs lost memory contents; now fork takes them. A store is lost if the fault takes no lock that fork holds, or fork unlocks before it invalidates.',
  invariants: ['COH'],
  params: { block: 1 },
  setup: (w) => forkSetup(w, { spares: { 1: 1, 2: 1 } }),
  agents: { fork, fault, writer },
  linux: { '6.12': 'upstream' },
  mutants: {
    'fault-without-lock': {
      what: 'the fault is handled under a lock that fork does not take',
      breaks: 'COH',
      why: 'the page is copied, and then the other CPU stores to the old one through its old translation',
      patch: { downRead: nothing, upRead: nothing },
      only: ['fault'],
    },
    'flush-after-unlock': {
      what: 'fork drops the mmap lock first and invalidates then',
      breaks: 'COH',
      why: 'a fault comes in between and copies a page that another CPU still writes to',
      patch: flushAfterUnlock,
    },
  },
});
