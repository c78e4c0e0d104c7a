import { type AgentSpec, type Patch, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario, nothing, doUserAddrFault as onFault } from '@racewalk/mm';
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
    yield* m.k.copyPageRange(dstVma, srcVma);
    yield* m.unlock(srcVma.mm.mmapLock);
    yield* m.tlb.flushTlbMm(srcVma.mm);
  },
};

/** The invalidation of fork comes late: what keeps that right. */
export const lateFlush: Scenario = defineScenario<Fork>({
  id: 'fork-batch/late-flush',
  title: 'A page is copied between the write-protect of fork and its invalidation',
  source:
    'ptep_set_wrprotects() of the contpte series, November 2023 (seed 004), part 13: pages may be writable or not until the flush; Linux fb49c455323f (6.5): fork locks the areas of the parent',
  about:
    'Fork write-protects all of a process and invalidates once, at the end. Until then a CPU may store through an old translation to an entry that is read-only by now. That is harmless as long as nobody acts upon the entry. Copy on write does: it copies the page, and what the other CPU stores to the old one after that is lost to the parent. The mmap lock keeps faults out until fork has invalidated. When faults began to run under a lock of each area instead, and fork did not take it, programs lost memory contents; the repair was to take those, too. The machine finds the lost store as soon as either the fault needs no lock of the fork, or the fork drops its lock before it invalidates.',
  invariants: ['COH'],
  params: { block: 1 },
  setup: (w) => forkSetup(w, { spares: { 1: 1, 2: 1 } }),
  agents: { fork, fault, writer },
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
