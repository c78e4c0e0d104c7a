import { ptepAdd } from '@racewalk/core';
import { type AgentSpec, type Patch, REASONS, type Scenario, UserCpu } from '@racewalk/machine';
import { ANON_EXCLUSIVE, defineScenario, doUserAddrFault as onFault, PageFlag } from '@racewalk/mm';
import { afterFork, fork } from '../agents/fork.js';
import { PARENT_VALUE } from '../agents/users.js';
import { type Fork, forkSetup } from '../setup.js';

const user: AgentSpec<Fork> = {
  cpu: 1,
  role: 'user',
  note: 'parent, stores',
  *run(m, s) {
    yield* new UserCpu(m, s.parent, { onFault }).store(0, PARENT_VALUE);
  },
};

/** Takes the permission away and with it what was recorded in it. */
const forgetsDirty: Patch = {
  *wrprotectPtes(m, _mm, _addr, ptep, nr) {
    for (let i = 0; i < nr; i++) {
      const protect = (pte: Parameters<typeof m.v.pteWrprotect>[0]) => m.v.pteMkclean(m.v.pteWrprotect(pte));
      yield* m.entries.update(ptepAdd(ptep, i), protect, 'wrprotect_ptes');
    }
  },
};

/** Race A5. */
export const lazyfreeDirty: Scenario = defineScenario<Fork>({
  id: 'fork-batch/lazyfree-dirty',
  title: 'A page that may be dropped while clean is written while fork copies its entry',
  source:
    'ptep_set_wrprotects() of the contpte series, November 2023 (seed 004), part 13; Linux 64c26841b349 (4.14) and ff1712f953e2 (5.10)',
  about:
    "After MADV_FREE a page may be dropped if no entry is dirty. A thread of the parent stores while fork copies, and the hardware marks the parent's entry, perhaps just after fork has read it. Then only that entry is dirty. Does write-protecting it keep the mark? Today it does. On arm64 the hardware's dirty mark is part of the write permission, which fork takes away, and for three years it was lost. If the parent then stores again, it gets a copy, and the child's page counts as never written.",
  invariants: ['DIRTY'],
  params: { block: 1 },
  setup: (w) => forkSetup(w, { frameFlags: ANON_EXCLUSIVE | PageFlag.LAZYFREE, spares: { 1: 1 } }),
  agents: { fork, user },
  linux: { '6.12': 'upstream' },
  mutants: {
    'forgets-dirty': {
      what: 'the write permission is taken away, and what the hardware recorded with it is not kept (4.14 to 5.9)',
      breaks: 'DIRTY',
      why: 'the entry of the parent was the only one that knew of the store',
      unless: REASONS.softwareDirty,
      patch: forgetsDirty,
    },
    'parent-stores-again': {
      what: 'nothing is changed in the kernel: the parent stores once more after fork, and is given a copy',
      breaks: 'DIRTY',
      why: 'wp_page_copy replaces the one entry that is dirty, and tells nobody',
      unless: REASONS.softwareDirty,
      agents: {
        user: {
          ...user,
          note: 'parent, stores twice',
          *run(m, s) {
            const cpu = new UserCpu(m, s.parent, { onFault });
            yield* cpu.store(0, PARENT_VALUE);
            yield* afterFork(s);
            yield* cpu.store(0, PARENT_VALUE + 1);
          },
        },
      },
    },
  },
});
