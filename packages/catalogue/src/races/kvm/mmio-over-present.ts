import { addrOf, type NotifierRange, ptepOf, type Vma } from '@racewalk/core';
import { GuestCpu, type Patch, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, type Folio, Kvm, kvmRmaps, linux } from '@racewalk/mm';

interface Guest {
  readonly kvm: Kvm;
  readonly user: Vma;
  readonly page: Folio;
}

/** A guest's page is mapped by the process and by the second stage, and the guest's reverse map lists that entry. */
function setup(w: World): Guest {
  const user = w.vma({ pages: 1, name: 'user' });
  const second = w.vma({ pages: 1, name: 'stage2', mm: w.mm('vmid') });
  const page = linux(w).folio({ name: 'page', pages: 1, refcount: 1, mapcount: 1 });
  linux(w).mapFolio(user, page, { young: true, dirty: true });
  w.mapFrames(second, page, { young: true, dirty: true });
  const kvm = new Kvm(w, user, second);
  kvmRmaps(w, kvm);
  return { kvm, user, page };
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
    host: {
      cpu: 2,
      role: 'kernel',
      note: 'munmap',
      *run(m, { user, page }) {
        const [frame] = page.frames;
        if (frame === undefined) return;
        const range: NotifierRange = { event: 'unmap', mm: user.mm, start: user.start, end: user.end };
        yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
        yield* m.pteOffsetMapLock(user.table);
        yield* m.pte.ptepClearFlush(user, addrOf(user.start), ptepOf(user, user.start));
        yield* m.k.folioRemoveRmapPte(frame);
        yield* m.pteUnmapUnlock(user.table);
        yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
        yield* m.k.folioPut(frame);
      },
    },
    guest: {
      cpu: 1,
      role: 'user',
      note: 'vcpu 1',
      *run(m, { kvm }) {
        const stages = { guest: null, second: kvm.second, secondOptions: { faults: false } };
        yield* new GuestCpu(m, stages).load(0);
      },
    },
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
