import { ptepOf } from '@racewalk/core';
import type { Patch, Scenario, World } from '@racewalk/machine';
import { defineScenario, type Guest, guestOf, kvmRmaps } from '@racewalk/mm';
import { munmap, vcpu } from './agents.js';

/** The guest's reverse map lists the entry of the second stage. */
function setup(w: World): Guest {
  const s = guestOf(w);
  kvmRmaps(w, s.kvm);
  return s;
}

/** Whatever stands there is overwritten. */
const overPresent: Patch = {
  *mmuSetSpte(m, kvm, _index, sptep) {
    yield* m.k.markMmioSpte(kvm, sptep);
  },
};

/** Report r14. */
export const mmioOverPresent: Scenario = defineScenario<Guest>({
  id: 'kvm/mmio-over-present',
  title: 'An entry for emulated device memory is put over one that maps a page',
  source: 'mmu_set_spte(), CVE-2026-23401',
  about:
    'The host changes what a page of its guest is: memory becomes a device. The next fault of the guest finds no page, and the hypervisor stores an entry that says: emulate. The entry that was there still maps the page. If it is overwritten without being dropped, the guest’s reverse map is wrong, and no TLB is flushed. When the page goes away, the notifier finds an entry that maps nothing, and sees no reason to flush. The other CPU of the guest still reaches the page.',
  invariants: ['UAF'],
  assumes:
    'entries of a second stage hold no reference, and the protocol of the check maps pages of processes only',
  params: { pages: 1 },
  setup,
  agents: {
    fault: {
      cpu: 0,
      role: 'kernel',
      note: 'vcpu 0: the page is device memory by now',
      *run(m, { kvm }) {
        yield* m.lock(kvm.mmuLock);
        yield* m.k.mmuSetSpte(kvm, 0, ptepOf(kvm.second, kvm.second.start), null);
        yield* m.unlock(kvm.mmuLock);
      },
    },
    host: munmap,
    guest: vcpu,
  },
  mutants: {
    'over-present': {
      what: 'the entry that stands there is not dropped first, as reported',
      breaks: 'UAF',
      why: 'nobody flushes: the notifier finds that the entry maps nothing',
      patch: overPresent,
    },
  },
});
