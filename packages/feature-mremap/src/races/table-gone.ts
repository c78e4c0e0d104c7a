import { addrOf, type Vaddr, type Vma } from '@racewalk/core';
import { type Cell, read, type Step, write } from '@racewalk/core/step';
import type { AgentSpec, FunctionTable, Machine, Scenario, World } from '@racewalk/machine';
import { defineScenario, returns } from '@racewalk/mm';
import { mover } from '../agents/mover.js';
import { user } from '../agents/user.js';
import { entryAt, type Move, moveSetup } from '../setup.js';

/** A move, and the entry above the old table. */
interface Retracted extends Move {
  /** 1 while the upper level leads to the old table. */
  readonly pmd: Cell;
}

const LEADS = 'the upper level leads to the table';

/** The second look of `pte_offset_map_lock`: whether the upper level leads to the table still, now that its lock is held. */
function* stillLeads(_m: Machine, pmd: Cell): Step<boolean> {
  return (yield* read(pmd, LEADS)) === 1;
}

/** Added by the race, to be called by name. */
const TABLE_GONE = { stillLeads } as const;

type TableGoneFunctions = typeof TABLE_GONE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends TableGoneFunctions {}
}

/** `move_ptes` of one page; where the old table is gone it answers EAGAIN, and the caller finds nothing to move. */
const moves = (pmd: Cell) =>
  function* (m: Machine, vma: Vma, oldAddr: Vaddr, _end: Vaddr, newVma: Vma, newAddr: Vaddr): Step<void> {
    if ((yield* read(pmd, LEADS)) !== 1) return;
    yield* m.pteOffsetMapLock(vma.table);
    if (!(yield* m.k.stillLeads(pmd))) {
      yield* m.pteUnmapUnlock(vma.table);
      return;
    }
    yield* m.k.spinLockNested(newVma.table.ptl);
    const pte = yield* m.pte.ptepGetAndClear(vma.mm, oldAddr, entryAt(vma, 0));
    if (m.v.ptePresent(pte)) yield* m.pte.setPteAt(newVma.mm, newAddr, entryAt(newVma, 0), pte);
    yield* m.tlb.flushTlbRange(vma, oldAddr, oldAddr + 1);
    yield* m.k.spinUnlock(newVma.table.ptl);
    yield* m.pteUnmapUnlock(vma.table);
  };

function setup(w: World): Retracted {
  const pmd = w.word('old pmd', 1, (v) => (v === 1 ? 'leads to pte' : 'none'));
  w.binder.add(TABLE_GONE);
  w.binder.replace({ movePtes: moves(pmd) } as FunctionTable, {});
  return { ...moveSetup(w, { file: true }), pmd };
}

/** Takes the table away: its pages are mapped by a huge one from now on, or faulted in anew. as `retract_page_tables` of khugepaged does. */
const retract: AgentSpec<Retracted> = {
  cpu: 2,
  role: 'kernel',
  note: 'khugepaged takes the table away',
  *run(m, s) {
    yield* m.pteOffsetMapLock(s.old.table);
    const there = m.v.ptePresent(yield* m.pte.ptepGet(entryAt(s.old, 0)));
    if (there) {
      yield* write(s.pmd, 0, 'pmdp_collapse_flush');
      yield* m.tlb.flushTlbRange(s.old, addrOf(s.old.start), addrOf(s.old.end));
    }
    yield* m.pteUnmapUnlock(s.old.table);
  },
};

/** Seed 004: "if (!old_pte) { err = -EAGAIN; goto out; }". */
export const tableGone: Scenario = defineScenario<Retracted>({
  id: 'mremap/table-gone',
  title: 'move_ptes finds that its page table has gone, and gives up with EAGAIN',
  source:
    'move_ptes() as quoted in the review of transparent contiguous PTEs, 28 November 2023 (seed 004): pte_offset_map_lock() may fail; retract_page_tables() of khugepaged, Linux 6.5',
  about:
    'The page table of a file mapping may be taken away without the mmap lock, and then pte_offset_map_lock() fails. Does move_ptes() need the answer? Yes. The upper level is looked at again under the lock; where it does not lead to the table any more nothing is moved, and the caller starts over. Without that look an entry is taken from a table that is no longer in use, and a mapping that was given up stands at the new address.',
  invariants: ['MISS'],
  params: {},
  setup,
  agents: { mover: mover({ promise: false }), retract, user: user({ access: 'load' }) },
  finally(w, s, view, faults) {
    const pte = w.entryIn((cell) => view.get(cell), entryAt(s.to, 0));
    if (view.get(s.pmd) === 0 && w.arch.values.ptePresent(pte))
      faults.fail('MISS', 'a mapping that went with its table stands at the new address');
  },
  mutants: {
    'asks-nothing': {
      what: 'the upper level is not looked at again under the lock',
      breaks: 'MISS',
      why: 'the table is taken away between the first look and the lock',
      patch: { stillLeads: returns(true) },
    },
  },
});
