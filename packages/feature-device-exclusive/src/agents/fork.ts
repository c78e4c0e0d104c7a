/** A fork of the process while a device has its page, and what the child does then. */

import type { Vma } from '@racewalk/core';
import { type AgentSpec, UserCpu, type World } from '@racewalk/machine';
import { onlyAt, type Setup, type SetupSpec, setup } from '../setup.js';
import { exclusiveFault } from './user.js';

/** The process, and the address space of the child that fork is making. */
export interface Forking extends Setup {
  readonly child: Vma;
}

/** A page of the parent, and an empty area of the child. */
export function forking(w: World, spec: SetupSpec): Forking {
  const s = setup(w, spec);
  const child = w.vma({ mm: w.mm('child'), pages: 1, start: s.vma.start, name: 'child' });
  const rmap = onlyAt(s.place, { vma: child, address: child.start });
  return { ...s, rmap, child };
}

/** Forks; the child then loads from the page. */
export const forkAndLoad: AgentSpec<Forking> = {
  cpu: 1,
  role: 'user',
  note: 'forks, then runs as the child',
  *run(m, s) {
    if ((yield* m.k.dupMmap(s.child, s.vma)) !== 0) return;
    yield* new UserCpu(m, s.child, { onFault: exclusiveFault() }).load(0);
  },
};

/** Forks. */
export const forkOnly: AgentSpec<Forking> = {
  cpu: 0,
  role: 'kernel',
  note: 'forks',
  *run(m, s) {
    yield* m.k.dupMmap(s.child, s.vma);
  },
};
