import { awaitWord, type Cell, choose, type Step, write } from '@racewalk/core/step';
import { type AgentSpec, intrudeAt, REASONS, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, readsLockless } from '@racewalk/mm';
import { clearEntry, remember } from '../agents/teardown.js';
import { writer } from '../agents/writer.js';
import { addrAt, type Block, mapBlock } from '../block.js';
import { insistsOnWhole } from '../ops/naive-readers.js';

/** A block and an interrupt. */
interface Interrupted extends Block {
  /** 0: not yet; 1: the handler runs; 2: it has returned. */
  readonly nmi: Cell;
}

function setup(w: World): Interrupted {
  return { ...mapBlock(w), nmi: w.word('nmi') };
}

function* interrupt(s: Interrupted): Step<void> {
  yield* write(s.nmi, 1, 'interrupt');
  yield* awaitWord(s.nmi, (state) => state === 2, 'handler returns');
}

/** `body`, and `intruder` before its step number `at`, or behind the last if there are fewer. */
function* interruptAt<T>(body: Step<T>, at: number, intruder: () => Step<void>): Step<T> {
  let came = false;
  const value = yield* intrudeAt(body, at, function* () {
    came = true;
    yield* intruder();
  });
  if (!came) yield* intruder();
  return value;
}

/** Clears the block; at one point of it, it is interrupted, and does not go on before the handler is done. */
const zap: AgentSpec<Interrupted> = {
  cpu: 0,
  role: 'kernel',
  note: 'holds ptl',
  *run(m, s) {
    const n = s.entries.length;
    const show = (o: { readonly result: number }) => `→ ${o.result} cleared`;
    const at = yield* choose(n, 'interrupted after', show);
    yield* m.pteOffsetMapLock(s.vma.table);
    for (let i = 0; i < n; i++) {
      if (i === at) yield* interrupt(s);
      if (m.v.pteDirty(yield* clearEntry(m, s, i))) yield* remember(m, s, i, 'folio');
    }
    yield* m.pteUnmapUnlock(s.vma.table);
    yield* m.tlb.flushTlbMm(s.vma.mm);
  },
};

/** `get_and_clear_full_ptes` over the block, as a zap makes it, interrupted before one of its steps. */
const zapBatched: AgentSpec<Interrupted> = {
  cpu: 0,
  role: 'kernel',
  note: 'holds ptl',
  *run(m, s) {
    const n = s.entries.length;
    const [first] = s.entries;
    if (first === undefined) return;
    const at = yield* choose(2 * n, 'interrupted before step');
    yield* m.pteOffsetMapLock(s.vma.table);
    const clear = m.pte.getAndClearFullPtes(s.vma.mm, addrAt(first), first, n, true);
    if (m.v.pteDirty(yield* interruptAt(clear, at, () => interrupt(s)))) yield* remember(m, s, 0, 'folio');
    yield* m.pteUnmapUnlock(s.vma.table);
    yield* m.tlb.flushTlbMm(s.vma.mm);
  },
};

/** A profiler's interrupt handler: reads the last entry without the lock, on the CPU that holds it. */
const handler: AgentSpec<Interrupted> = {
  cpu: 0,
  role: 'kernel',
  note: 'in the interrupt, no lock',
  *run(m, s) {
    const ptep = s.entries.at(-1)!;
    yield* awaitWord(s.nmi, (state) => state === 1, 'interrupted');
    yield* readsLockless(m, ptep);
    yield* write(s.nmi, 2, 'returns');
  },
};

/** Seed 000 (b): `ptepGetLockless` in the middle of a teardown. */
export const locklessVsHalfCleared: Scenario = defineScenario<Interrupted>({
  id: 'contpte/lockless-vs-half-cleared',
  title: 'ptep_get_lockless() of an entry whose block is half cleared',
  source:
    'ptep_get_and_clear_full() thread, 28 November 2023 (seed 000): the same care in ptep_get_lockless()',
  about:
    'Readers without the lock must not mix two mappings. So they check that all entries of a block belong together, and restart if not. What happens when the block is half cleared? It never passes the strictest form of that check. A reader on another CPU waits a little. A reader in an interrupt handler, on the CPU that is clearing the block, waits for itself forever. The test interrupts the teardown at every point. A reader that skips empty entries returns an entry that existed. A reader that insists on the whole block never returns.',
  invariants: ['TORN'],
  params: { block: 4 },
  setup,
  agents: { zap, handler, user: writer({ pages: (n) => [0, n - 1] }) },
  linux: {
    '6.12': {
      what: 'the block is cleared by one call, and an interrupt comes anywhere in it',
      kernel: { file: 'mm/memory.c', functions: ['zap_present_folio_ptes'] },
      known: 'one call for a whole block since 6.9; an interrupt may still come between two entries of it',
      why: 'a reader that starts again only for the whole of a block has nobody to wait for where there are no blocks',
      agents: { zap: zapBatched },
    },
  },
  mutants: {
    'insists-on-whole': {
      what: 'the reader starts again as long as any entry of the block is not valid',
      breaks: 'LIVE',
      why: 'the entries become neither valid nor unmarked before the reader returns',
      unless: REASONS.noBlocks,
      patch: insistsOnWhole,
    },
  },
});
