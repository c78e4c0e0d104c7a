import { type Cell, choose, read, write } from '@racewalk/core/step';
import {
  type AgentSpec,
  type ArchReason,
  REASONS,
  type Scenario,
  UserCpu,
  type World,
} from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { clearEntry, remember } from '../agents/teardown.js';
import { type Block, mapBlock } from '../block.js';
import { NO_BLOCK_TRANSLATIONS } from '../less.js';
import { bareExchange } from '../ops/bare-exchange.js';
import { oneEntrySpeaks } from '../ops/naive-readers.js';

/** A block, and what the scenario knows about it. */
interface Watched extends Block {
  /** One more than the page a store has reached; 0 before. */
  readonly stored: Cell;
  /** Set when a reader was told that a written page is clean. */
  readonly misled: Cell;
}

function setup(w: World): Watched {
  const s = mapBlock(w);
  return { ...s, stored: w.word('stored'), misled: w.ghost('misled') };
}

/** Clears the lower half, gives up the lock for a moment, clears the upper half. */
const zap: AgentSpec<Watched> = {
  cpu: 0,
  role: 'kernel',
  note: 'drops ptl half-way',
  *run(m, s) {
    const half = s.entries.length >> 1;
    for (const [from, to] of [
      [0, half],
      [half, s.entries.length],
    ] as const) {
      yield* m.pteOffsetMapLock(s.vma.table);
      for (let i = from; i < to; i++) {
        if (m.v.pteDirty(yield* clearEntry(m, s, i))) yield* remember(m, s, i, 'folio');
      }
      yield* m.pteUnmapUnlock(s.vma.table);
    }
    yield* m.tlb.flushTlbMm(s.vma.mm);
  },
};

/** Stores, and says so. It has no fault handler: nobody of the process is left to run one. */
const device: AgentSpec<Watched> = {
  cpu: 1,
  role: 'user',
  note: 'stores, cannot fault',
  *run(m, s) {
    const show = (o: { readonly result: number }) => (o.result === 0 ? '→ first' : '→ last');
    const page = (yield* choose(2, 'page to store to', show)) === 0 ? 0 : s.entries.length - 1;
    const done = yield* new UserCpu(m, s.vma, { faults: false }).store(page);
    if (done) yield* write(s.stored, page + 1, 'says that it has stored');
  },
};

/** Looks at the last entry under the lock and believes what it is told. */
const reader: AgentSpec<Watched> = {
  cpu: 2,
  role: 'kernel',
  note: 'reads under ptl',
  *run(m, s) {
    const last = s.entries.length - 1;
    const ptep = s.entries[last]!;
    const stored = yield* read(s.stored, 'has the device stored?');
    yield* m.pteOffsetMapLock(s.vma.table);
    const pte = yield* m.pte.ptepGet(ptep);
    yield* m.pteUnmapUnlock(s.vma.table);
    const concerned = stored === last + 1 || (stored > 0 && m.v.pteCont(pte));
    if (!concerned || !m.v.pteValid(pte) || m.v.pteDirty(pte)) return;
    yield* write(s.misled, 1, 'takes the page for clean');
  },
};

/** Where the device cannot store in the first place, no read can miss it. */
const nothingToMiss: ArchReason = (arch) => {
  if (!arch.has('contPte') || arch.has('hwDirty')) return REASONS.noHardwareBlocks(arch);
  return 'a store through a clean entry faults, and nobody is left to handle it: the device never stores';
};

/** Seed 000 (b): `ptepGet` in the middle of a teardown. */
export const getVsHalfCleared: Scenario = defineScenario<Watched>({
  id: 'contpte/get-vs-half-cleared',
  title: 'ptep_get() of an entry whose block is half cleared',
  source: 'ptep_get_and_clear_full() thread, 28 November 2023 (seed 000): what ptep_get() must take care of',
  about:
    "A teardown may drop the page-table lock in the middle of a block, and then another thread reads one of the remaining entries. Does the read report a store that was recorded in an entry already cleared? It must, because a block's flags belong to every page of it: this is the second purpose of the stash. Here a device without a fault handler stores and says so, and a reader that was told of the store reads the last entry. The stash is sufficient. A teardown without it, and a reader that reads one entry only, are both wrong.",
  invariants: ['DIRTY', 'TORN'],
  params: { block: 4 },
  less: [NO_BLOCK_TRANSLATIONS],
  sizes: [{ block: 16 }],
  setup,
  agents: { zap, device, reader },
  finally(_w, s, view, faults) {
    if (view.get(s.misled) === 0) return;
    faults.fail('DIRTY', `a store was complete, and ptepGet of ${s.entries.at(-1)?.name} said clean`);
  },
  linux: { '6.7+contpte-v2': 'upstream' },
  mutants: {
    'no-stash': {
      what: 'an entry that is cleared takes what it knew with it',
      breaks: 'DIRTY',
      why: 'the entries that are left do not know of the store, and the reader has no others to ask',
      unless: nothingToMiss,
      patch: bareExchange,
    },
    'one-entry-speaks': {
      what: 'the reader looks at its own entry only',
      breaks: 'DIRTY',
      why: 'the hardware recorded the store in another entry of the block',
      unless: nothingToMiss,
      patch: oneEntrySpeaks,
    },
  },
});
