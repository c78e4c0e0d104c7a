import { addrOf, type Vma } from '@racewalk/core';
import { GuestCpu, type Patch, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, Kvm, linux } from '@racewalk/mm';

interface Guest {
  readonly kvm: Kvm;
  readonly user: Vma;
}

/** A guest's page is mapped by the process and by the second stage: writable and clean there. */
function setup(w: World): Guest {
  const user = w.vma({ pages: 1, name: 'user' });
  const second = w.vma({ pages: 1, name: 'stage2', mm: w.mm('vmid') });
  const page = linux(w).folio({ name: 'page', pages: 1, refcount: 1, mapcount: 1 });
  linux(w).mapFolio(user, page, { young: true });
  w.mapFrames(second, page, { young: true, dirty: false });
  return { kvm: new Kvm(w, user, second), user };
}

/** Under the lock nothing changes, it believes. */
const plainStore: Patch = {
  *mmuSpteUpdate(m, kvm, sptep, spte) {
    const old = yield* m.pte.ptepGet(sptep);
    yield* m.pte.setPteAt(kvm.second.mm, addrOf(sptep.vpn), sptep, spte);
    return old;
  },
};

/** Race F5. */
export const writeProtectVsGuest: Scenario = defineScenario<Guest>({
  id: 'kvm/write-protect-vs-guest',
  title: 'The hypervisor write-protects a page while the guest stores to it',
  source: 'kvm_tdp_mmu_write_spte(), Linux ba3a6120a4e7 (5.18)',
  about:
    'A dirty log begins: the hypervisor holds mmu_lock for writing, reads an entry of the second stage, and stores it back without the permission. Nobody else holds the lock. Is a plain store enough? No: the CPU of the guest takes no lock, and sets dirty between the two. The store of the guest is in memory, and nothing says so. Wherever the old value has bits that may change outside the lock, it must be exchanged, and what comes back counts.',
  invariants: ['DIRTY'],
  assumes:
    'entries of a second stage hold no reference, and the protocol of the check maps pages of processes only',
  params: { pages: 1 },
  needs: ['hwDirty'],
  setup,
  agents: {
    kvm: {
      cpu: 0,
      role: 'kernel',
      note: 'KVM_MEM_LOG_DIRTY_PAGES',
      *run(m, { kvm }) {
        yield* m.k.kvmMmuSlotRemoveWriteAccess(kvm, 0);
      },
    },
    guest: {
      cpu: 1,
      role: 'user',
      note: 'vcpu',
      *run(m, { kvm }) {
        const stages = { guest: null, second: kvm.second, secondOptions: { faults: false } };
        yield* new GuestCpu(m, stages).store(0);
      },
    },
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'plain-store': {
      what: 'the entry is read and then stored, as until 5.17',
      breaks: 'DIRTY',
      why: 'the CPU of the guest sets dirty between the two',
      patch: plainStore,
    },
  },
});
