import { addrOf, ptepOf, type Vma } from '@racewalk/core';
import { type AgentSpec, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, linux, storeHeld } from '@racewalk/mm';

/** A page of the process, which is a table of its guest. */
function setup(w: World): { readonly user: Vma } {
  const user = w.vma({ pages: 1, name: 'user' });
  linux(w).mapFolio(user, linux(w).folio({ pages: 1 }), { young: true, dirty: true });
  return { user };
}

/** A walker in software sets accessed and dirty in an entry of the guest. @kernel update_accessed_dirty_bits */
const walker: AgentSpec<{ readonly user: Vma }> = {
  cpu: 1,
  role: 'user',
  note: 'emulates a walk of the tables of the guest',
  *run(m, { user }) {
    yield* new UserCpu(m, user, { faults: false }).store(0);
  },
};

/** H6. */
export const guestEntryByFrame: Scenario = defineScenario<{ readonly user: Vma }>({
  id: 'kvm/guest-entry-by-frame',
  title: 'A hypervisor sets accessed and dirty in an entry of its guest',
  source: 'CVE-2022-1158, Linux 2a8859f373b0 (5.18), FNAME(cmpxchg_gpte)',
  about:
    'The tables of a guest lie in pages of the process. A walker in software has to set accessed and dirty there. How does it reach the page? If it uses the address in the process, the hardware checks the access, and a page that has gone is a fault. If it uses the frame that an entry named a moment ago, nobody holds the page: the host takes it away, and the walker writes to a page that is free.',
  invariants: ['UAF'],
  params: { block: 1 },
  setup,
  agents: {
    host: {
      cpu: 0,
      role: 'kernel',
      note: 'the page goes',
      *run(m, { user }) {
        yield* m.k.zapPageRangeSingle(user, addrOf(user.start), addrOf(1), null);
      },
    },
    walker,
  },
  mutants: {
    'by-frame': {
      what: 'the frame is computed, and mapped without a reference, as until 5.17',
      breaks: 'UAF',
      why: 'nobody holds the page',
      agents: {
        walker: {
          ...walker,
          *run(m, { user }) {
            const pte = yield* m.pte.ptepGetLockless(ptepOf(user, user.start));
            const frame = m.v.ptePresent(pte) ? m.world.frames.at(m.v.ptePfn(pte)) : undefined;
            if (frame !== undefined) yield* storeHeld(m, { vma: user, vpn: user.start, frame }, 1);
          },
        },
      },
    },
  },
});
