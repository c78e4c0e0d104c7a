import { addrOf, ptepOf, type Vma } from '@racewalk/core';
import {
  type AgentSpec,
  combineStages,
  GuestCpu,
  invalidateIpa,
  mapGuestFrames,
  nothing,
  type Scenario,
  type World,
} from '@racewalk/machine';
import { defineScenario, type Folio, freePage, linux } from '@racewalk/mm';

interface Guest {
  readonly guest: Vma;
  readonly second: Vma;
  readonly page: Folio;
}

/** A page of a guest, and CPUs that may cache both stages together. */
function setup(w: World): Guest {
  const guest = w.vma({ pages: 1, name: 'guest', mm: w.mm('guest') });
  const second = w.vma({ pages: 1, name: 'stage2', mm: w.mm('vmid') });
  const page = linux(w).folio({ name: 'page', pages: 1, refcount: 1, mapcount: 0 });
  w.mapFrames(second, page, { young: true, dirty: true });
  mapGuestFrames(w, guest);
  combineStages(w, guest, second);
  return { guest, second, page };
}

const unmap: AgentSpec<Guest> = {
  cpu: 0,
  role: 'kernel',
  note: 'takes the page from the guest',
  *run(m, { second, page }) {
    yield* m.pte.ptepGetAndClear(second.mm, addrOf(second.start), ptepOf(second, second.start));
    yield* invalidateIpa(m, second);
    // That took what is cached of the second stage. What is cached of both together has no guest frame to go by.
    yield* m.tlb.flushTlbMm(second.mm);
    const [frame] = page.frames;
    if (frame !== undefined) yield* freePage(m, frame);
  },
};

/** G4. */
export const combinedStages: Scenario = defineScenario<Guest>({
  id: 'kvm/combined-stages',
  title: 'An invalidation by guest frame, and what is cached of both stages together',
  source: '__kvm_tlb_flush_vmid_ipa(), arch/arm64/kvm/hyp/nvhe/tlb.c, Linux 6.12; Arm ARM DDI 0487 D8.16',
  about:
    'The host takes a page from a guest and invalidates its guest frame. Does the guest still reach the page? On arm64 yes: a TLB may hold one translation for both stages, and an invalidation by guest frame need not find it. The invalidation of the whole VMID that follows does. Elsewhere an invalidation of the second stage finds both kinds.',
  invariants: ['UAF'],
  params: { block: 1 },
  assumes: 'the tables are those that a hypervisor has made',
  setup,
  agents: {
    host: unmap,
    vcpu: {
      cpu: 1,
      role: 'user',
      note: 'the guest loads twice',
      *run(m, { guest, second }) {
        const none = { faults: false };
        const cpu = new GuestCpu(m, { guest, second, guestOptions: none, secondOptions: none });
        if (yield* cpu.load(0)) yield* cpu.load(0);
      },
    },
  },
  mutants: {
    'frame-only': {
      what: 'the guest frame alone is invalidated',
      breaks: 'UAF',
      why: 'the translation of both stages together is left',
      unless: (arch) =>
        arch.combinesStages === true ? null : 'an invalidation of the second stage takes what combines both',
      patch: { flushTlbMm: nothing },
    },
  },
});
