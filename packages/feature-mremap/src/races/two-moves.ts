import type { AgentSpec, Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { COPY_THEN_CLEAR, NEW_UNLOCKED, NO_MMAP_LOCK } from '../ops/variants.js';
import { type Move, moveSetup } from '../setup.js';

const there: AgentSpec<Move> = {
  cpu: 0,
  role: 'kernel',
  note: 'mremap there',
  *run(m, s) {
    yield* m.k.mremap(s.old, s.to);
  },
};

const back: AgentSpec<Move> = {
  cpu: 2,
  role: 'kernel',
  note: 'mremap back',
  *run(m, s) {
    yield* m.k.mremap(s.to, s.old);
  },
};

/** Two moves between the same two tables, in opposite directions. */
export const twoMoves: Scenario = defineScenario<Move>({
  id: 'mremap/two-moves',
  title: 'Two moves in opposite directions take the same two page-table locks',
  source:
    'move_ptes(), quoted in the contpte review, 28 November 2023 (seed 004): the order of the two page-table locks does not matter, because mmap_lock is held exclusively',
  about:
    'A move locks the old table and then the new one, in no fixed order of tables. Do two moves in opposite directions deadlock? Not as long as each holds the mmap lock for writing, as the code says; and walkers of the reverse map never hold two of these locks. With the mmap lock every schedule ends. Without it each thread may hold the lock that the other needs, and both wait forever.',
  invariants: ['RMAP'],
  params: { pages: 1 },
  setup: (w) => moveSetup(w),
  agents: { there, back },
  finally(w, s, view, faults) {
    const { ptePresent } = w.arch.values;
    const present = [...s.old.table.entries, ...s.to.table.entries].filter((ptep) =>
      ptePresent(w.entryIn((cell) => view.get(cell), ptep)),
    );
    if (present.length !== 1)
      faults.fail('RMAP', `one page was mapped once, and is mapped ${present.length} times now`);
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'one-lock-each': {
      what: 'each move locks its old table only, copies before it clears, and does not take the mmap lock',
      breaks: 'RMAP',
      why: 'each clears the entry that the other has just set, and the page is mapped nowhere',
      patch: { ...NEW_UNLOCKED, ...NO_MMAP_LOCK, ...COPY_THEN_CLEAR },
    },
    'no-mmap-lock': {
      what: 'the moves do not take the mmap lock',
      breaks: 'LIVE',
      why: 'each holds the lock of its old table and waits for that of its new one',
      patch: NO_MMAP_LOCK,
    },
  },
});
