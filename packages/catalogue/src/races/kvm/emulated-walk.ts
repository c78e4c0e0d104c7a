import type { Vma } from '@racewalk/core';
import { type AgentSpec, type Scenario, UserCpu, updatingWalker, type World } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';

interface Guest {
  readonly guest: Vma;
}

/** An area of a guest whose entries nobody has touched yet. */
function setup(w: World): Guest {
  const guest = w.vma({ pages: 1, name: 'guest' });
  linux(w).mapFolio(guest, linux(w).folio({ pages: 1 }), { young: false });
  return { guest };
}

const loads: AgentSpec<Guest> = {
  cpu: 0,
  role: 'user',
  note: 'its load is walked by software',
  *run(m, { guest }) {
    const walker = updatingWalker(m.arch);
    yield* new UserCpu(m, guest, { walker, updates: 'cmpxchg', faults: false }).load(0);
  },
};

const stores: AgentSpec<Guest> = {
  cpu: 1,
  role: 'user',
  note: 'its store is walked by software',
  *run(m, { guest }) {
    const walker = updatingWalker(m.arch);
    yield* new UserCpu(m, guest, { walker, updates: 'cmpxchg', faults: false }).store(0);
  },
};

/** G18. */
export const emulatedWalk: Scenario = defineScenario<Guest>({
  id: 'kvm/emulated-walk',
  title: 'Two CPUs of a guest walk in software, and mark the same entry',
  source: 'update_accessed_dirty_bits(), walk_addr_generic(), arch/x86/kvm/mmu/paging_tmpl.h, Linux 6.12',
  about:
    'A hypervisor without tables of a second stage in hardware walks the tables of its guest itself. It has read an entry, and sets accessed and dirty in it afterwards, in the place of the hardware that the guest expects. Another CPU of the guest does the same. So the entry is compared when it is stored, and a walk that finds another one begins anew. If it is stored plainly, the one that has only loaded takes back the dirty mark of the one that has stored.',
  invariants: ['DIRTY'],
  params: { block: 1 },
  setup,
  agents: { loads, stores },
  mutants: {
    'plain-store': {
      what: 'the walker stores the entry that it has computed, whatever stands there by now',
      breaks: 'DIRTY',
      why: 'the other CPU has made it dirty since it was read',
      agents: {
        loads: {
          ...loads,
          *run(m, { guest }) {
            const walker = updatingWalker(m.arch);
            yield* new UserCpu(m, guest, { walker, updates: 'store', faults: false }).load(0);
          },
        },
      },
    },
  },
});
