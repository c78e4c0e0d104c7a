import type { Vma } from '@racewalk/core';
import { type Cell, read, write } from '@racewalk/core/step';
import { GuestCpu, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, type Folio, freePage, Kvm, linux } from '@racewalk/mm';

interface Converted {
  readonly user: Vma;
  readonly kvm: Kvm;
  readonly shared: Folio;
  readonly attributes: Cell;
  readonly array: Cell;
}

function setup(w: World): Converted {
  const user = w.vma({ pages: 1, name: 'user' });
  const second = w.vma({ pages: 1, name: 'stage2', mm: w.mm('vmid') });
  return {
    user,
    kvm: new Kvm(w, user, second),
    shared: linux(w).folio({ pages: 1, name: 'shared', refcount: 1, mapcount: 0 }),
    attributes: w.word('attributes', 0),
    array: w.lock('xa_lock'),
  };
}

/** G16. */
export const attributesVsFault: Scenario = defineScenario<Converted>({
  id: 'kvm/attributes-vs-fault',
  title: 'Memory of a guest becomes private while a fault maps the shared page',
  source:
    'kvm_vm_set_mem_attributes(), virt/kvm/kvm_main.c; kvm_mmu_faultin_pfn(), arch/x86/kvm/mmu/mmu.c, Linux 6.8',
  about:
    'The attributes of memory change between the beginning and the end of an invalidation. A fault has read them without the lock of the second stage. Under it the fault asks whether an invalidation has ended since, or is under way, and if so tries again.',
  invariants: ['UAF'],
  params: {},
  setup,
  agents: {
    convert: {
      cpu: 0,
      role: 'kernel',
      note: 'KVM_SET_MEMORY_ATTRIBUTES, then the shared page is given up',
      *run(m, { user, kvm, shared, attributes, array }) {
        const range = { event: 'clear', mm: user.mm, start: user.start, end: user.end } as const;
        yield* m.k.kvmMmuNotifierInvalidateRangeStart(kvm, range);
        // The lock of the array orders the store before what comes under the other lock.
        yield* m.lock(array);
        yield* write(attributes, 1, { op: 'xa_store', text: 'attributes' });
        yield* m.unlock(array);
        yield* m.k.kvmMmuNotifierInvalidateRangeEnd(kvm, range);
        const [page] = shared.frames;
        if (page !== undefined) yield* freePage(m, page);
      },
    },
    fault: {
      cpu: 1,
      role: 'kernel',
      note: 'a fault of the guest: kvm_mmu_faultin_pfn, is_page_fault_stale',
      *run(m, { kvm, shared, attributes }) {
        const [page] = shared.frames;
        const seq = yield* m.k.kvmMmuSeq(kvm);
        if (page === undefined || (yield* read(attributes, { op: 'kvm_mem_is_private' })) === 1) return;
        yield* m.lock(kvm.mmuLock);
        if (!(yield* m.k.mmuInvalidateRetry(kvm, seq))) yield* m.k.kvmPgtableStage2Map(kvm, 0, page, true);
        yield* m.unlock(kvm.mmuLock);
      },
    },
    guest: {
      cpu: 2,
      role: 'user',
      note: 'a vCPU',
      *run(m, { kvm: { second } }) {
        yield* new GuestCpu(m, { guest: null, second, secondOptions: { faults: false } }).load(0);
      },
    },
  },
  mutants: {
    'no-retry': {
      what: 'the fault asks nothing under the lock',
      breaks: 'UAF',
      why: 'the shared page is mapped again, and is free',
      patch: {
        *mmuInvalidateRetry() {
          yield* [];
          return false;
        },
      },
    },
    'count-alone': {
      what: 'the fault asks for invalidations that have ended, and not for one that is under way',
      breaks: 'UAF',
      why: 'the attributes are not stored yet, and the entry has been cleared already',
      patch: {
        *mmuInvalidateRetry(_m, kvm, seq) {
          return (yield* read(kvm.seq, { op: 'mmu_invalidate_retry' })) !== seq;
        },
      },
    },
    'under-way-alone': {
      what: 'the fault asks for an invalidation that is under way, and not for those that have ended',
      breaks: 'UAF',
      why: 'it has ended before the fault has the lock',
      patch: {
        *mmuInvalidateRetry(_m, kvm) {
          return (yield* read(kvm.inProgress, { op: 'mmu_invalidate_retry' })) !== 0;
        },
      },
    },
  },
});
