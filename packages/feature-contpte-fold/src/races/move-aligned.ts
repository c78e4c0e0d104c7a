import type { AgentSpec, Scenario } from '@racewalk/machine';
import { defineScenario, freePage } from '@racewalk/mm';
import { eitherAddress } from '../agents/either-address.js';
import { FLUSH_LATE, type Move, moveSetup, mremap } from '../agents/mremap.js';
import { addrAt, entryAt, frameAt, locked } from '../setup.js';

/** Another thread that already knows the new address and throws the first page away there. */
const dontneed: AgentSpec<Move> = {
  cpu: 2,
  role: 'kernel',
  note: 'MADV_DONTNEED at the new address',
  *run(m, s) {
    const pte = yield* locked(m, s.to, () =>
      m.pte.ptepClearFlush(s.to.vma, addrAt(s.to, 0), entryAt(s.to, 0)),
    );
    if (!m.v.ptePresent(pte)) return;
    if (m.v.pteDirty(pte)) yield* m.k.setPageDirty(frameAt(s, 0));
    yield* freePage(m, frameAt(s, 0));
  },
};

/** Seed 004 (k): a block moves to an address where it can be a block again. */
export const moveAligned: Scenario = defineScenario<Move>({
  id: 'contpte/move-aligned',
  title: 'move_ptes moves a folded block to an aligned address, entry by entry',
  source:
    'Transparent contiguous PTEs, v2, November 2023 (seed 004), case 4 of the review; mremap flushing late, Linux eb66ae030829 (2018)',
  about:
    "mremap takes entries out of one table and sets them in another, one at a time, under both locks. The first entry taken unfolds the block, the last one set folds it again. Must it invalidate the old address before it drops the locks? Yes: afterwards the holder of the new table's lock owns the page, and here another thread frees it. A store through the old address must also be seen at the new one. The kernel once freed pages that a CPU still reached through the old address. The machine finds that bug again, and none in today's protocol.",
  invariants: ['DIRTY', 'UAF', 'STALE', 'CONT'],
  params: { block: 4 },
  less: [
    {
      hardware: 'speculativeFill',
      why: 'the user makes one access, at its start: its own walk may come at any time before its use, as a fill would',
    },
  ],
  setup: (w) => moveSetup(w, 0),
  agents: { mremap, user: eitherAddress(() => [0]), dontneed },
  linux: { '6.12': 'upstream' },
  mutants: {
    'flush-late': {
      what: 'the old addresses are invalidated after both locks are dropped',
      breaks: 'UAF',
      why: 'the page is freed at its new address while a TLB still has the old one',
      patch: FLUSH_LATE,
    },
  },
});
