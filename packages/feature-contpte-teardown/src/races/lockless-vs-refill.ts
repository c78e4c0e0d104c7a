import { type AgentSpec, REASONS, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, type Folio, linux, readsLockless } from '@racewalk/mm';
import { writer } from '../agents/writer.js';
import { addrAt, type Block, mapBlock } from '../block.js';
import { gatherUnchecked } from '../ops/naive-readers.js';

/** A block, and the folio that is mapped next. */
interface Refilled extends Block {
  readonly next: Folio;
}

function setup(w: World): Refilled {
  const s = mapBlock(w, { young: true });
  return { ...s, next: linux(w).folio({ name: 'next', pages: s.entries.length, refcount: 1, mapcount: 0 }) };
}

/** Takes one folio out and puts another in its place, a whole block each time. */
const refill: AgentSpec<Refilled> = {
  cpu: 0,
  role: 'kernel',
  note: 'replaces the folio, holds ptl',
  *run(m, s) {
    const first = s.entries[0]!;
    const nr = s.entries.length;
    const { mm } = s.vma;
    yield* m.pteOffsetMapLock(s.vma.table);
    yield* m.pte.getAndClearFullPtes(mm, addrAt(first), first, nr, false);
    yield* m.tlb.flushTlbRange(s.vma, addrAt(first), addrAt(s.entries[nr - 1]!) + 1);
    const pte = m.v.pfnPte(s.next.frames[0]!.pfn, m.v.mkProt(s.vma.prot));
    yield* m.pte.setPtes(mm, addrAt(first), first, m.v.pteMkyoung(m.v.pteMkwrite(pte)), nr);
    yield* m.pteUnmapUnlock(s.vma.table);
  },
};

/** `gup_fast`: reads the first entry without the lock. */
const reader: AgentSpec<Refilled> = {
  cpu: 2,
  role: 'kernel',
  note: 'lockless reader',
  *run(m, s) {
    const ptep = s.entries[0]!;
    yield* readsLockless(m, ptep);
  },
};

const stores = (faults: boolean): AgentSpec<Refilled> => writer({ pages: (n) => [n - 1], faults });

/** Stores to the last page; where the hardware sets dirty by itself, it gives up when it finds a hole. */
const user: AgentSpec<Refilled> = {
  ...stores(true),
  run: (m, s) => stores(!m.arch.has('hwDirty')).run(m, s),
};

/** Race A3: a reader that begins with one folio and ends with another. */
export const locklessVsRefill: Scenario = defineScenario<Refilled>({
  id: 'contpte/lockless-vs-refill',
  title: 'A lockless reader gathers flags while the block is refilled with another folio',
  source:
    'contpte_ptep_get_lockless(), Linux 6.9, and the ptep_get_and_clear_full() thread, 28 November 2023 (seed 000)',
  about:
    "A reader without the lock first reads its own entry: the old folio's frame, clean. Then the block is emptied, invalidated and filled with another folio, and the hardware records a store to that folio. Can the reader return the old frame as dirty, which no entry ever said? Yes, if it collects flags from the other entries unchecked. It must check that each sibling is the next frame of the same block with the same permissions. The checked reader is right. The unchecked one is wrong wherever there are blocks, with hardware or software dirty.",
  invariants: ['TORN'],
  params: { block: 4 },
  less: [
    {
      hardware: 'blockTranslations',
      why: 'TORN asks what a reader obtains; an update may land on any entry of the block with or without them',
    },
  ],
  setup,
  agents: { refill, gup: reader, user },
  linux: { '6.12': 'upstream' },
  mutants: {
    'gather-unchecked': {
      what: 'the reader adds up flags without looking whether the entries still belong together',
      breaks: 'TORN',
      why: 'the frame is read before the change and the flags after it',
      unless: REASONS.noBlocks,
      patch: gatherUnchecked,
    },
  },
});
