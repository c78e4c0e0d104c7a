import { addrOf, type Ptep, ptepOf, type Vma } from '@racewalk/core';
import { type Cell, read, write } from '@racewalk/core/step';
import { type AgentSpec, GuestCpu, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, type Folio, freePage, linux } from '@racewalk/mm';

interface Converted {
  readonly second: Vma;
  readonly shared: Folio;
  readonly ptep: Ptep;
  readonly seq: Cell;
  readonly active: Cell;
  readonly attributes: Cell;
  readonly lock: Cell;
  readonly array: Cell;
}

function setup(w: World): Converted {
  const second = w.vma({ pages: 1, name: 'stage2', mm: w.mm('vmid') });
  return {
    second,
    shared: linux(w).folio({ pages: 1, name: 'shared', refcount: 1, mapcount: 0 }),
    ptep: ptepOf(second, second.start),
    seq: w.word('mmu_invalidate_seq', 0),
    active: w.word('mmu_invalidate_in_progress', 0),
    attributes: w.word('attributes', 0),
    lock: w.lock('mmu_lock'),
    array: w.lock('xa_lock'),
  };
}

/** `compares`: the words that say that an invalidation came, or is there. After kvm_mmu_faultin_pfn() and is_page_fault_stale(). */
const fault = (compares: (s: Converted) => readonly Cell[]): AgentSpec<Converted> => ({
  cpu: 1,
  role: 'kernel',
  note: 'a fault of the guest',
  *run(m, s) {
    const { second, shared, ptep, attributes, lock } = s;
    const words = compares(s);
    const seen = yield* read(s.seq, { op: 'mmu_invalidate_seq' });
    yield* m.k.smpRmb();
    if ((yield* read(attributes, { op: 'kvm_mem_is_private' })) === 1) return;
    yield* m.lock(lock);
    let stale = false;
    for (const word of words) {
      stale ||= (yield* read(word, { op: 'mmu_invalidate_retry' })) !== (word === s.seq ? seen : 0);
    }
    if (!stale) {
      const pte = m.v.pfnPte(shared.frames[0]?.pfn ?? 0, m.v.mkProt(second.prot));
      yield* m.pte.setPteAt(second.mm, addrOf(second.start), ptep, m.v.pteMkyoung(pte));
    }
    yield* m.unlock(lock);
  },
});

/** J8. */
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
      *run(m, { second, shared, ptep, seq, active, attributes, lock, array }) {
        yield* m.lock(lock);
        yield* write(active, 1, { op: 'kvm_mmu_invalidate_begin', text: 'mmu_invalidate_in_progress' });
        if (m.v.ptePresent(yield* m.pte.ptepGet(ptep)))
          yield* m.pte.ptepClearFlush(second, addrOf(second.start), ptep);
        yield* m.unlock(lock);
        // The lock of the array orders the store before what comes under the other lock.
        yield* m.lock(array);
        yield* write(attributes, 1, { op: 'xa_store', text: 'attributes' });
        yield* m.unlock(array);
        yield* m.lock(lock);
        // The count rises before the other word falls, in this order for a reader with the lock.
        yield* write(seq, 1, { op: 'kvm_mmu_invalidate_end', text: 'mmu_invalidate_seq' });
        yield* m.k.smpWmb();
        yield* write(active, 0, { op: 'kvm_mmu_invalidate_end', text: 'mmu_invalidate_in_progress' });
        yield* m.unlock(lock);
        const [page] = shared.frames;
        if (page !== undefined) yield* freePage(m, page);
      },
    },
    fault: fault(({ active, seq }) => [active, seq]),
    guest: {
      cpu: 2,
      role: 'user',
      note: 'a vCPU',
      *run(m, { second }) {
        yield* new GuestCpu(m, { guest: null, second, secondOptions: { faults: false } }).load(0);
      },
    },
  },
  mutants: {
    'no-retry': {
      what: 'the fault asks nothing under the lock',
      breaks: 'UAF',
      why: 'the shared page is mapped again, and is free',
      agents: { fault: fault(() => []) },
    },
    'count-alone': {
      what: 'the fault asks for invalidations that have ended, and not for one that is under way',
      breaks: 'UAF',
      why: 'the attributes are not stored yet, and the entry has been cleared already',
      agents: { fault: fault(({ seq }) => [seq]) },
    },
    'under-way-alone': {
      what: 'the fault asks for an invalidation that is under way, and not for those that have ended',
      breaks: 'UAF',
      why: 'it has ended before the fault has the lock',
      agents: { fault: fault(({ active }) => [active]) },
    },
  },
});
