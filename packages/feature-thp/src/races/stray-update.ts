import { addrOf, type Ptep, type Vma } from '@racewalk/core';
import { type AgentSpec, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';
import { first } from '../setup.js';

interface OnePage {
  readonly vma: Vma;
  readonly ptep: Ptep;
}

function setup(w: World): OnePage {
  const vma = w.vma({ pages: 1 });
  linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }));
  return { vma, ptep: first(vma.table.entries) };
}

const user: AgentSpec<OnePage> = {
  cpu: 1,
  role: 'user',
  note: 'stores',
  *run(m, { vma }) {
    yield* new UserCpu(m, vma, { updates: 'cmpxchg', faults: false }).store(0);
  },
};

/** Race A8. */
export const strayUpdate: Scenario = defineScenario<OnePage>({
  id: 'thp/stray-update',
  title: 'An entry is emptied while a walker is about to write accessed and dirty into it',
  source: 'Linux 00839ee3b299 (4.8), Intel Knights Landing',
  about:
    'A walker has read the entry, and writes its access and dirty state later, in a step of its own. If it looks again first, and walks anew where the entry has changed, nothing stray is left. If it does not, an entry that the kernel has just emptied has bits afterwards: neither empty nor present, it looks like a swap entry. The kernel waits for the flush before it looks at the entry again, which does not help against a write that no flush waits for.',
  needs: ['hwDirty'],
  invariants: ['ENC'],
  params: {},
  setup,
  agents: {
    kernel: {
      cpu: 0,
      role: 'kernel',
      note: 'empties the entry',
      *run(m, { vma, ptep }) {
        yield* m.pteOffsetMapLock(vma.table);
        yield* m.pte.ptepClearFlush(vma, addrOf(vma.start), ptep);
        yield* m.pteUnmapUnlock(vma.table);
      },
    },
    user,
  },
  mutants: {
    stray: {
      what: 'the walker sets the bits in whatever stands there by now',
      breaks: 'ENC',
      why: 'the entry is empty, and has the bits of an access afterwards',
      agents: {
        user: {
          ...user,
          *run(m, { vma }) {
            yield* new UserCpu(m, vma, { updates: 'or', faults: false }).store(0);
          },
        },
      },
    },
  },
});
