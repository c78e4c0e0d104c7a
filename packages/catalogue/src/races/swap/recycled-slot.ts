import type { Ptep, Vma } from '@racewalk/core';
import { awaitWord, type Cell } from '@racewalk/core/step';
import { type AgentSpec, type Scenario, UserCpu, type World } from '@racewalk/machine';
import {
  defineScenario,
  type Folio,
  followSlot,
  linux,
  returns,
  sparePages,
  swappedFault,
} from '@racewalk/mm';
import { hasStored, pageAt, STORED, storedWord } from '../last-word.js';

/** One entry that names a slot of a fast swap device; no cache has it. */
interface Swapped {
  readonly vma: Vma;
  readonly ptep: Ptep;
  /** What the slot holds. */
  readonly slot: Cell;
  /** The page that the second thread gets for a swap-in. */
  readonly second: Folio;
  readonly stored: Cell;
}

/** The place in swap that the second page gets when reclaim takes it: the one that its swap-in has freed. */
const PLACE = { type: 1, offset: 0x10 };

function setup(w: World): Swapped {
  const slot = w.word('swap slot', 1);
  const vma = w.vma({ pages: 1 });
  const ptep = vma.table.entries[0]!;
  const { swap } = w.arch;
  const entry = swap.pteSwpMkexclusive(swap.swpEntryToPte(PLACE));
  // A mark that the store would leave in the entry must be there before, or the two look different.
  w.setInitial(ptep, w.arch.has('softDirty') ? swap.pteSwpMksoftDirty(entry) : entry);
  followSlot(w, PLACE, 1);
  const spare = { pages: 1, refcount: 1, mapcount: 0, contents: [0] };
  const second = linux(w).folio({
    ...spare,
    name: 'second',
    backing: { cache: w.word('in swap cache', 0), disk: [slot] },
  });
  second.areas.push({ vma, start: vma.start });
  sparePages(w, 1, [linux(w).folio({ ...spare, name: 'first' })]);
  sparePages(w, 2, [second, linux(w).folio({ ...spare, name: 'third' })]);
  return { vma, ptep, slot, second, stored: storedWord(w) };
}

const loader: AgentSpec<Swapped> = {
  cpu: 1,
  role: 'user',
  note: 'loads',
  *run(m, s) {
    yield* new UserCpu(m, s.vma, { onFault: swappedFault }).load(0);
  },
};

const writer: AgentSpec<Swapped> = {
  cpu: 2,
  role: 'user',
  note: 'stores',
  *run(m, s) {
    if (yield* new UserCpu(m, s.vma, { onFault: swappedFault }).store(0, STORED)) yield* hasStored(s.stored);
  },
};

const reclaim: AgentSpec<Swapped> = {
  cpu: 0,
  role: 'kernel',
  note: 'shrink_inactive_list, of the second page',
  *run(m, { second, stored }) {
    yield* awaitWord(stored, (is) => is === 1, 'has been stored to');
    if (!(yield* m.k.folioMapped(second))) return;
    yield* m.k.folioGet(second.frames[0]!);
    yield* m.k.shrinkInactiveList([second]);
  },
};

/** Race E11. */
export const recycledSlot: Scenario = defineScenario<Swapped>({
  id: 'swap/recycled-slot',
  title: 'A swap-in accepts a slot that was given away and came back',
  source: 'CVE-2024-26759, Linux 13ddaf26be32 (6.8)',
  about:
    'Two threads fault on an entry that names a slot, and read it past the swap cache. The first is slow. The second maps its page, which frees the slot, and stores. Reclaim writes that page out, to the same slot, so that the entry looks as before. Then the first compares the entry, finds it unchanged, and maps what it read long ago: the store is lost. So a swap-in keeps its slot from before it reads until its page is mapped, and no other swap-in of it begins.',
  invariants: ['DIRTY'],
  params: { block: 1 },
  less: [
    {
      hardware: 'speculativeFill',
      why: 'nothing is mapped at the start, and what is lost is lost by the entry, not by a TLB',
    },
    {
      hardware: 'severalTranslations',
      why: 'each thread makes one access',
    },
    {
      hardware: 'staleRefusals',
      why: 'a refusal ends in another fault, which looks at the entry again',
    },
    {
      hardware: 'negativeCaching',
      why: 'a fault on a cached invalid entry ends as one on the entry itself',
    },
    {
      hardware: 'kernelTlbs',
      why: 'reclaim does not access the page by its address',
    },
  ],
  assumes: 'the page is in swap, and the protocol of the check swaps nothing out',
  setup,
  agents: { loader, writer, reclaim },
  finally(w, s, view, faults) {
    if (view.get(s.stored) === 0) return;
    const page = pageAt(w, view, s.ptep);
    const holds = view.get(page?.data ?? s.slot);
    if (holds !== STORED)
      faults.fail('DIRTY', `${STORED} was stored, and ${page?.name ?? 'the slot'} holds ${holds}`);
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'slot-not-kept': {
      what: 'a swap-in past the swap cache does not keep its slot (Linux before 6.8)',
      breaks: 'DIRTY',
      why: 'the slot is freed and taken again between the read of it and the second look at the entry',
      patch: { swapcachePrepare: returns(true) },
    },
  },
});
