import type { AgentSpec } from '@racewalk/machine';
import { type Guest, guestLoads, zapGuest } from '@racewalk/mm';

/** The process unmaps the guest's memory, and its pages go. */
export const munmap: AgentSpec<Guest> = {
  cpu: 2,
  role: 'kernel',
  note: 'munmap',
  *run(m, s) {
    yield* zapGuest(m, s);
  },
};

/** A virtual CPU loads from the guest's first page. */
export const vcpu: AgentSpec<Guest> = {
  cpu: 1,
  role: 'user',
  note: 'a vcpu loads',
  *run(m, s) {
    yield* guestLoads(m, s);
  },
};
