import { addrOf, ptepOf, type Vma } from '@racewalk/core';
import {
  type AgentSpec,
  GuestCpu,
  mapGuestFrames,
  type NotifierRange,
  nothing,
  type Scenario,
  type World,
} from '@racewalk/machine';
import { defineScenario, type Folio, Kvm, linux } from '@racewalk/mm';

interface Guest {
  readonly kvm: Kvm;
  readonly inGuest: Vma;
  readonly user: Vma;
  readonly table: Folio;
}

/** Two pages of a guest: one that it maps, and one that its table lies in. */
function setup(w: World): Guest {
  const user = w.vma({ pages: 2, name: 'user' });
  const second = w.vma({ pages: 2, name: 'stage2', mm: w.mm('vmid') });
  const inGuest = w.vma({ pages: 1, name: 'guest', mm: w.mm('guest') });
  const [page, table] = ['page', 'table'].map((name) => linux(w).folio({ name, pages: 1 })) as [Folio, Folio];
  for (const [at, folio] of [page, table].entries()) {
    linux(w).mapFolio(user, folio, { at, young: true, dirty: true });
    w.mapFrames(second, folio, { at, young: true, dirty: true });
  }
  mapGuestFrames(w, inGuest, { dirty: true });
  return { kvm: new Kvm(w, user, second), inGuest, user, table };
}

/** The host takes back the page that the guest's table lies in. */
const host: AgentSpec<Guest> = {
  cpu: 0,
  role: 'kernel',
  note: 'munmap',
  *run(m, { user, table }) {
    const [frame] = table.frames;
    if (frame === undefined) return;
    const start = user.start + 1;
    const range: NotifierRange = { event: 'unmap', mm: user.mm, start, end: user.end };
    yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
    yield* m.pteOffsetMapLock(user.table);
    yield* m.pte.ptepClearFlush(user, addrOf(start), ptepOf(user, start));
    yield* m.k.folioRemoveRmapPte(frame);
    yield* m.pteUnmapUnlock(user.table);
    yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
    yield* m.k.folioPut(frame);
  },
};

/** G8. */
export const guestTablePage: Scenario = defineScenario<Guest>({
  id: 'kvm/guest-table-page',
  title: 'The host takes back a page that a table of its guest lies in',
  source:
    'Intel SDM 3C 29.3 (guest paging structures are translated by EPT); Arm ARM DDI 0487, stage 2 of a walk',
  about:
    'A guest walks its own tables, and each of them lies in a page that the second stage translates. The host takes such a page back. The guest accesses no such page: only its walker does. Is an invalidation needed? Yes: the walker has the page of the table cached like any other, and reads entries from what is free by then.',
  invariants: ['UAF'],
  assumes:
    'entries of a second stage hold no reference, and the protocol of the check maps pages of processes only',
  params: { pages: 2 },
  setup,
  agents: {
    host,
    vcpu: {
      cpu: 1,
      role: 'user',
      note: 'loads, by its own tables',
      *run(m, { kvm, inGuest }) {
        const none = { faults: false };
        const stages = { guest: inGuest, second: kvm.second, guestOptions: none, secondOptions: none };
        yield* new GuestCpu(m, { ...stages, tables: { page: 1 } }).load(0);
      },
    },
  },
  mutants: {
    'tells-nobody': {
      what: 'the second stage is not told',
      breaks: 'UAF',
      why: 'the walker reads the table from a page that is free',
      patch: { mmuNotifierInvalidateRangeStart: nothing, mmuNotifierInvalidateRangeEnd: nothing },
    },
  },
});
