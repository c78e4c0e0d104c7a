import { GuestCpu, type Patch, type Scenario } from '@racewalk/machine';
import { defineScenario, type Guest, guestOf, returns, zapGuest } from '@racewalk/mm';

/** Installs what it has found, and does not ask whether it is still so. */
const noRetry: Patch = { mmuInvalidateRetry: returns(false) };

/** Samples when the page is known. */
const lateSample: Patch = {
  *mmuInvalidateRetry(m, kvm) {
    return yield* m.k.mmuInvalidateRetry(kvm, yield* m.k.kvmMmuSeq(kvm));
  },
};

/** Race F3, and F4's order. */
export const kvmFaultVsUnmap: Scenario = defineScenario<Guest>({
  id: 'thp/kvm-fault-vs-unmap',
  title: 'A guest faults on its second stage while the host unmaps the page',
  source:
    'mmu_invalidate_retry() and kvm_mmu_notifier_invalidate_range_start(), Linux 6.12; 13ec9308a857 (6.3)',
  about:
    'The hypervisor looks a page up in the tables of the process, and then maps it in the second stage. The host may unmap the page in between: its notifier finds nothing to take away yet. So the hypervisor samples a sequence number before it looks, and under mmu_lock, before it maps, it asks whether an invalidation is under way or the number has changed. Without the question, or with a late sample, the guest reaches a page that was freed.',
  invariants: ['UAF'],
  params: { pages: 1 },
  setup: (w) => guestOf(w, { mapped: false }),
  agents: {
    host: {
      cpu: 0,
      role: 'kernel',
      note: 'unmaps the page',
      *run(m, s) {
        yield* zapGuest(m, s);
      },
    },
    guest: {
      cpu: 1,
      role: 'user',
      note: 'vcpu',
      *run(m, { kvm }) {
        const cpu = new GuestCpu(m, {
          guest: null,
          second: kvm.second,
          secondOptions: {
            *onFault(_m, { ptep, access }) {
              return (yield* m.k.userMemAbort(kvm, ptep.index, access)) ? 'retry' : 'sigsegv';
            },
          },
        });
        yield* cpu.load(0);
      },
    },
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-retry': {
      what: 'the second stage is filled without a question',
      breaks: 'UAF',
      why: 'the host has taken nothing away, because nothing was there yet, and frees the page',
      patch: noRetry,
    },
    'late-sample': {
      what: 'the sample is taken after the look-up',
      breaks: 'UAF',
      why: 'an invalidation that lies between the two has ended before the sample, so nothing has moved since',
      patch: lateSample,
    },
  },
});
