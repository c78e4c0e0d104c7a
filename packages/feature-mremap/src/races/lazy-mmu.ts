import { addrOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  type AgentSpec,
  type FunctionTable,
  type Machine,
  nothing,
  type Patch,
  type Scenario,
  type World,
} from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { mover } from '../agents/mover.js';
import { user } from '../agents/user.js';
import { entryAt, type Move, moveSetup } from '../setup.js';

/** What waits to be stored; undefined outside of lazy mode. */
interface Waiting {
  waiting?: (() => Step<void>)[];
}

declare module '@racewalk/machine/kernel' {
  interface TaskStruct extends Waiting {}
}

/** Stores that have waited are made. */
function* storesArrive(m: Machine): Step<void> {
  const waiting = m.current.waiting ?? [];
  delete m.current.waiting;
  for (const store of waiting) yield* store();
}

/** In lazy mode stores to entries wait. Emptying an entry and asking what it was cannot. */
const LAZY: Patch = {
  *archEnterLazyMmuMode(m) {
    yield* nothing();
    m.current.waiting = [];
  },
  *setPteAt(m, mm, addr, ptep, pte) {
    if (m.current.waiting === undefined) yield* m.pte.setPteAt(mm, addr, ptep, pte);
    else m.current.waiting.push(() => m.pte.setPteAt(mm, addr, ptep, pte));
  },
  archLeaveLazyMmuMode: storesArrive,
};

function setup(w: World): Move {
  w.binder.replace(LAZY as FunctionTable, {});
  return moveSetup(w);
}

/** Looks for the page at both addresses, under both locks, as a walk of the reverse map does one after the other. */
const looks: AgentSpec<Move> = {
  cpu: 2,
  role: 'kernel',
  note: 'holds both ptl, looks for the page',
  *run(m, s) {
    yield* m.pteOffsetMapLock(s.old.table);
    yield* m.pteOffsetMapLock(s.to.table);
    const there = [yield* m.pte.ptepGet(entryAt(s.old, 0)), yield* m.pte.ptepGet(entryAt(s.to, 0))];
    // The page is thrown away where it is found; a walk that finds nothing believes that it is mapped nowhere.
    if (m.v.ptePresent(there[1]!)) yield* m.pte.pteClear(s.to.mm, addrOf(s.to.start), entryAt(s.to, 0));
    if (m.v.ptePresent(there[0]!)) yield* m.pte.pteClear(s.old.mm, addrOf(s.old.start), entryAt(s.old, 0));
    yield* m.tlb.flushTlbMm(s.to.mm);
    yield* m.pteUnmapUnlock(s.to.table);
    yield* m.pteUnmapUnlock(s.old.table);
  },
};

/** Seed 004: the quoted `move_ptes` runs between `arch_enter_lazy_mmu_mode` and `arch_leave_lazy_mmu_mode`. */
export const lazyMmu: Scenario = defineScenario<Move>({
  id: 'mremap/lazy-mmu',
  title: 'move_ptes in lazy MMU mode: stores to entries wait until it is left',
  source:
    'move_ptes() as quoted in the review of transparent contiguous PTEs, 28 November 2023 (seed 004): arch_enter_lazy_mmu_mode()',
  about:
    'In lazy MMU mode a paravirtual machine may keep stores to entries back. Until when? Until the page-table locks are dropped, at the latest: whoever takes them next must find the page at one address or the other. Here a second thread looks under both locks and throws the page away where it finds it. Left before the unlock, as Linux does, it always finds it. Left after it, the page is at neither address for a moment, and is mapped when the thread believes that it is not.',
  invariants: ['MISS'],
  params: {},
  setup,
  agents: { mover: mover({ promise: false }), looks, user: user({ access: 'load' }) },
  finally(w, s, view, faults) {
    const at = (vma: Vma) => w.entryIn((cell) => view.get(cell), entryAt(vma, 0));
    if ([s.old, s.to].some((vma) => w.arch.values.ptePresent(at(vma))))
      faults.fail('MISS', 'the page is mapped, and a walk that held both locks has found it nowhere');
  },
  mutants: {
    'left-after-unlock': {
      what: 'lazy MMU mode is left when both locks are free',
      breaks: 'MISS',
      why: 'until then the entry that was to be set is in neither table',
      patch: {
        archLeaveLazyMmuMode: nothing,
        *movePtes(m, ...args) {
          const done = yield* m.k.movePtes(...args);
          yield* storesArrive(m);
          return done;
        },
      },
    },
  },
});
