import { PTE_ZERO, type Ptep, ptepOf, type Vma } from '@racewalk/core';
import { type AtomicBody, atomic, type Step } from '@racewalk/core/step';
import {
  type AgentSpec,
  type Machine,
  nothing,
  REASONS,
  type Scenario,
  UserCpu,
  type World,
} from '@racewalk/machine';
import { defineScenario, type Folio, freePage, linux, spareTables, upperLevel } from '@racewalk/mm';

interface Fresh {
  readonly vma: Vma;
  readonly pmdp: Ptep;
  readonly ptep: Ptep;
  /** A page that the old contents of the table name: free by now. */
  readonly old: Folio;
}

/** Nothing is mapped. The page that becomes a table still has what it had as a table of somebody else. */
function setup(w: World): Fresh {
  const vma = w.vma({ pages: 1 });
  const slot = upperLevel(w, vma, { leads: 'none' });
  spareTables(w, 0, [slot]);
  const old = linux(w).folio({ name: 'old', pages: 1, refcount: 1, mapcount: 0 });
  w.mapFrames(vma, old, { young: true, dirty: true });
  return { vma, pmdp: slot.pmdp, ptep: ptepOf(vma, vma.start), old };
}

/** A table is allocated, emptied, and entered one level up. */
const fault: AgentSpec<Fresh> = {
  cpu: 0,
  role: 'kernel',
  note: 'a fault allocates a table',
  *run(m, { vma, pmdp, ptep, old }) {
    for (const frame of old.frames) yield* freePage(m, frame);
    yield* m.entries.writeOnce(ptep, PTE_ZERO, 'pte_alloc_one: clear_page');
    yield* m.k.pteAlloc(vma, pmdp);
  },
};

/** Nothing has been stored to the entry since the table became one but that it is empty. */
function* expectsNone(m: Machine, ptep: Ptep): Step<void> {
  const pte = yield* m.pte.ptepGetLockless(ptep);
  if (m.v.pteNone(pte)) return;
  const run: AtomicBody = (_mem, _base, faults) => {
    faults.fail('TORN', `${ptep.name} is read as what the page held before it became a table`);
    return 0;
  };
  yield* atomic([], run, { text: 'what was read', does: 'observe' }, { locked: false });
}

const mutants = (breaks: 'TORN' | 'UAF') =>
  ({
    'no-wmb': {
      what: 'no smp_wmb() in pmd_install(), as until 2.6.25',
      breaks,
      why: 'the entry that leads to the table is seen before the table is empty',
      unless: REASONS.storesInOrder,
      patch: { smpWmb: nothing },
    },
  }) as const;

const about =
  'A fault takes a page for a table, empties it, and enters it one level up. Others walk without a lock: what orders the two stores for them? A barrier between them. The walker needs none, as the address of the second load comes from the first (Alpha does; no plug-in is one).';

/** Race C10, of software. */
export const publishVsLookup: Scenario = defineScenario<Fresh>({
  id: 'levels/publish-vs-lookup',
  title: 'A new table becomes visible while software walks without a lock',
  source: 'Linux 362a61ad6119 (2.6.26); pmd_install(), mm/memory.c, Linux 6.12',
  about,
  invariants: ['TORN'],
  params: { pages: 1 },
  memory: 'weak',
  assumes: 'what the page of a table held before it was allocated is anything',
  setup,
  agents: {
    fault,
    walker: {
      cpu: 1,
      role: 'kernel',
      note: 'walks without a lock',
      *run(m, { vma, pmdp }) {
        const pmd = yield* m.pmd.pmdpGetLockless(pmdp);
        if (m.p.pmdNone(pmd)) return;
        const found = yield* m.k.pteOffsetKernel(pmd, vma.start);
        if (found !== null) yield* expectsNone(m, found);
      },
    },
  },
  linux: { '6.12': 'upstream' },
  mutants: mutants('TORN'),
});

/** Race C10, of hardware. */
export const publishVsWalk: Scenario = defineScenario<Fresh>({
  id: 'levels/publish-vs-walk',
  title: 'A new table becomes visible while the hardware walks',
  source: 'Linux 362a61ad6119 (2.6.26); pmd_install(), mm/memory.c, Linux 6.12',
  about,
  invariants: ['UAF'],
  params: { pages: 1 },
  memory: 'weak',
  assumes: 'what the page of a table held before it was allocated is anything',
  setup,
  agents: {
    fault,
    user: {
      cpu: 1,
      role: 'user',
      note: 'loads',
      *run(m, { vma }) {
        yield* new UserCpu(m, vma, { faults: false }).load(0);
      },
    },
  },
  linux: { '6.12': 'upstream' },
  mutants: mutants('UAF'),
});
