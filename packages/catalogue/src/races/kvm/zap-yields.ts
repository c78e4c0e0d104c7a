import { addrOf, ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Machine, Scenario } from '@racewalk/machine';
import { defineScenario, type Guest, guestOf, type Kvm } from '@racewalk/mm';
import { munmap, vcpu } from './agents.js';

/** Empty one entry of the second stage. */
function* zapPage(m: Machine, { second }: Kvm, page: number): Step<void> {
  const vpn = second.start + page;
  yield* m.pte.ptepGetAndClear(second.mm, addrOf(vpn), ptepOf(second, vpn));
}

/** The last page of the range, and the flush. */
function* zapLast(m: Machine, kvm: Kvm): Step<void> {
  yield* m.lock(kvm.mmuLock);
  yield* zapPage(m, kvm, 1);
  yield* m.k.kvmFlushRemoteTlbs(kvm);
  yield* m.unlock(kvm.mmuLock);
}

/** @kernel kvm_tdp_mmu_zap_gfn_range */
const zap: AgentSpec<Guest> = {
  cpu: 0,
  role: 'kernel',
  note: 'a range of the second stage goes',
  *run(m, { kvm }) {
    yield* m.lock(kvm.mmuLock);
    yield* zapPage(m, kvm, 0);
    // need_resched(): others may have the lock in between.
    yield* m.k.kvmFlushRemoteTlbs(kvm);
    yield* m.unlock(kvm.mmuLock);
    yield* zapLast(m, kvm);
  },
};

/** H5. */
export const zapYields: Scenario = defineScenario<Guest>({
  id: 'kvm/zap-yields',
  title: 'A hypervisor gives its lock away in the middle of a range, with a flush still owed',
  source: 'Linux a835429cda91, 048f49809c52 (5.12), arch/x86/kvm/mmu/tdp_mmu.c',
  about:
    'A long range of the second stage is emptied, and flushed once at the end. In the middle the lock is given away, as somebody else needs the CPU. The host takes a page of the guest away meanwhile: its notifier finds the entry empty, and flushes nothing. The guest still has the translation. The flush comes too late: it has to come before the lock is given away.',
  invariants: ['UAF'],
  assumes:
    'entries of a second stage hold no reference, and the protocol of the check maps pages of processes only',
  params: { pages: 2 },
  setup: (w) => guestOf(w, { pages: 2 }),
  agents: {
    zap,
    host: munmap,
    guest: vcpu,
  },
  mutants: {
    'flushes-later': {
      what: 'the lock is given away with the flush still owed',
      breaks: 'UAF',
      why: 'the notifier of the host finds nothing to do',
      agents: {
        zap: {
          ...zap,
          *run(m, { kvm }) {
            yield* m.lock(kvm.mmuLock);
            yield* zapPage(m, kvm, 0);
            yield* m.unlock(kvm.mmuLock);
            yield* zapLast(m, kvm);
          },
        },
      },
    },
  },
});
