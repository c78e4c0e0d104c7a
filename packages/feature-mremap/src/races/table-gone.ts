import { type AddressSpace, ptepOf, type Vma } from '@racewalk/core';
import { type Cell, write } from '@racewalk/core/step';
import type { AgentSpec, FunctionTable, Patch, Scenario, World } from '@racewalk/machine';
import { defineScenario, upperLevel } from '@racewalk/mm';
import { mover } from '../agents/mover.js';
import { user } from '../agents/user.js';
import { entryAt, type Move, moveSetup } from '../setup.js';

/** A move of a file's page, and a table that may be given up before. */
interface Retracted extends Move {
  readonly mapping: AddressSpace;
  /** 1 if the page was mapped by the old table when that was given up. */
  readonly gaveUp: Cell;
}

/** Remembers what went with the table. */
const remembers = (old: Vma, gaveUp: Cell): Patch => ({
  *pmdpCollapseFlush(m, vma, addr, pmdp) {
    const pte = yield* m.pte.ptepGet(ptepOf(vma, vma.start));
    if (vma === old && m.v.ptePresent(pte)) yield* write(gaveUp, 1, 'the page goes with its table');
    return yield* m.pmd.pmdpCollapseFlush(vma, addr, pmdp);
  },
});

function setup(w: World): Retracted {
  const s = moveSetup(w, { file: true });
  upperLevel(w, s.old);
  upperLevel(w, s.to);
  const gaveUp = w.word('given up');
  w.binder.replace(remembers(s.old, gaveUp) as FunctionTable);
  if (s.old.mapping === null) throw new RangeError('the area has no file');
  return { ...s, mapping: s.old.mapping, gaveUp };
}

/** The pages of the file are mapped by a huge one from now on, or faulted in anew. */
const retract: AgentSpec<Retracted> = {
  cpu: 2,
  role: 'kernel',
  note: 'khugepaged takes the table away',
  *run(m, s) {
    yield* m.k.retractPageTables(s.mapping);
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
    if (view.get(s.gaveUp) === 1 && w.arch.values.ptePresent(pte))
      faults.fail('MISS', 'a mapping that went with its table stands at the new address');
  },
  mutants: {
    'asks-nothing': {
      what: 'the upper level is not looked at again under the lock',
      breaks: 'MISS',
      why: 'the table is taken away between the first look and the lock',
      patch: { pmdSame: () => true },
      within: '__pteOffsetMapLock',
    },
  },
});
