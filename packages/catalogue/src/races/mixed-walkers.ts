import type { Vma } from '@racewalk/core';
import {
  type AgentSpec,
  type FaultHandler,
  faultingWalker,
  REASONS,
  type Scenario,
  UserCpu,
  type World,
} from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';

/** A writable page that nobody has touched yet. */
function setup(w: World): { readonly vma: Vma } {
  const vma = w.vma({ pages: 1 });
  linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { young: false });
  return { vma };
}

/** The handler makes the entry young, whatever it has become meanwhile. */
const exchanges: FaultHandler = function* (m, { vma, ptep }) {
  yield* m.pteOffsetMapLock(vma.table);
  yield* m.entries.update(ptep, (pte) => m.v.pteMkyoung(pte), 'ptep_set_access_flags');
  yield* m.pteUnmapUnlock(vma.table);
  return 'retry';
};

/** It reads, and stores what it has computed: nobody else is there who would change the entry. */
const stores: FaultHandler = function* (m, { vma, ptep }) {
  yield* m.pteOffsetMapLock(vma.table);
  const pte = yield* m.pte.ptepGet(ptep);
  yield* m.entries.writeOnce(ptep, m.v.pteMkyoung(pte), 'ptep_set_access_flags');
  yield* m.pteUnmapUnlock(vma.table);
  return 'retry';
};

const loads = (onFault: FaultHandler): AgentSpec<{ readonly vma: Vma }> => ({
  cpu: 0,
  role: 'user',
  note: 'without hardware A/D',
  *run(m, { vma }) {
    yield* new UserCpu(m, vma, { walker: faultingWalker(m.arch), onFault }).load(0);
  },
});

/** H13. */
export const mixedWalkers: Scenario = defineScenario<{ readonly vma: Vma }>({
  id: 'entries/mixed-walkers',
  title: 'A CPU without hardware access and dirty state beside one that has it',
  source: 'Linux 66dbd6e61a52 (2016), 6d332747fa5f (2017), ptep_set_access_flags() of arm64',
  about:
    'CPUs of one system differ: one sets access and dirty state by itself, another one faults, and the kernel sets them for it. The handler reads an entry, finds it old, and makes it young. Meanwhile the hardware of the other CPU makes it dirty. That the faulting CPU has no such hardware does not mean that nobody changes the entry: a plain store loses what the other one has recorded.',
  invariants: ['DIRTY'],
  params: { block: 1 },
  setup,
  agents: {
    loads: loads(exchanges),
    stores: {
      cpu: 1,
      role: 'user',
      note: 'with hardware A/D, if there is any',
      *run(m, { vma }) {
        yield* new UserCpu(m, vma).store(0);
      },
    },
  },
  mutants: {
    'plain-store': {
      what: 'the entry that was computed is stored plainly',
      breaks: 'DIRTY',
      why: 'the hardware of the other CPU has made it dirty after it was read',
      unless: REASONS.softwareDirty,
      agents: { loads: loads(stores) },
    },
  },
});
