import { type AgentSpec, nothing, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, type Guest, guestOf, upperLevel } from '@racewalk/mm';
import { vcpu } from './agents.js';

/** The memory of a guest is a file, whose pages are about to become a huge one. */
function setup(w: World): Guest {
  const s = guestOf(w, { pages: 2, mapping: w.addressSpace('file') });
  upperLevel(w, s.user);
  return s;
}

const khugepaged: AgentSpec<Guest> = {
  cpu: 0,
  role: 'kernel',
  note: 'khugepaged: the small pages go',
  *run(m, { user, page }) {
    yield* m.k.collapsePteMappedThp(user, page);
  },
};

/** H4. */
export const collapseNotifies: Scenario = defineScenario<Guest>({
  id: 'kvm/collapse-notifies',
  title: 'Pages of a file that a guest runs on become a huge one',
  source: 'Linux f268f6cf875f (6.1), mm/khugepaged.c',
  about:
    'khugepaged takes small pages of a file out of the tables of a process, and frees them. The process is that of a hypervisor, whose second stage has the pages as well. Tables and TLBs of the CPUs are right. Who tells the second stage? Only the notifier; without it the guest goes on with pages that are free.',
  invariants: ['UAF'],
  assumes:
    'entries of a second stage hold no reference, and the protocol of the check maps pages of processes only',
  params: { pages: 2 },
  setup,
  agents: {
    khugepaged,
    guest: vcpu,
  },
  mutants: {
    'tells-nobody': {
      what: 'no notifier, as until 6.0',
      breaks: 'UAF',
      why: 'the second stage keeps the page',
      patch: { mmuNotifierInvalidateRangeStart: nothing, mmuNotifierInvalidateRangeEnd: nothing },
      within: 'clearMappedPtes',
    },
  },
});
