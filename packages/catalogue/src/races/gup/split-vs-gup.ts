import { addrOf, type Ptep, ptepOf, type Vma } from '@racewalk/core';
import type { AgentSpec, ArchReason, Frame, Scenario, World } from '@racewalk/machine';
import { compoundPages, defineScenario, type Folio, linux, loadHeld, returns } from '@racewalk/mm';

const WALKER = 1;

interface Split {
  readonly vma: Vma;
  readonly ptep: Ptep;
  readonly folio: Folio;
  readonly tail: Frame;
}

/** A folio of two pages, of which the second is mapped; whoever splits has a reference. */
function setup(w: World): Split {
  const vma = w.vma({ pages: 1 });
  const folio = linux(w).folio({ pages: 2, refcount: 2, mapcount: 1 });
  linux(w).mapFolio(vma, folio, { from: 1, pages: 1, young: true, dirty: true });
  compoundPages(w, folio);
  w.contexts.track(WALKER);
  return { vma, ptep: ptepOf(vma, vma.start), folio, tail: folio.frames[1]! };
}

const flushWaits: ArchReason = (arch) =>
  arch.has('broadcastTlbi')
    ? null
    : 'the flush behind the migration entry interrupts the walker, whose interrupts are off, and waits for it';

const splits: AgentSpec<Split> = {
  cpu: 0,
  role: 'kernel',
  note: 'splits the folio, then unmaps the page',
  *run(m, { vma, ptep, folio, tail }) {
    const addr = addrOf(vma.start);
    const { swap } = m.arch;
    yield* m.pteOffsetMapLock(vma.table);
    const old = yield* m.pte.ptepClearFlush(vma, addr, ptep);
    const moved = swap.swpEntryToPte(swap.makeWritableMigrationEntry(tail.pfn));
    yield* m.pte.setPteAt(vma.mm, addr, ptep, moved);
    yield* m.k.folioRemoveRmapPte(tail);
    yield* m.k.folioPut(tail);
    yield* m.pteUnmapUnlock(vma.table);

    const split = yield* m.k.splitHugePage(folio);

    yield* m.pteOffsetMapLock(vma.table);
    yield* m.k.folioGet(tail);
    yield* m.pte.setPteAt(vma.mm, addr, ptep, old);
    yield* m.pteUnmapUnlock(vma.table);
    if (split) yield* m.k.folioPut(tail);

    yield* m.pteOffsetMapLock(vma.table);
    yield* m.pte.ptepClearFlush(vma, addr, ptep);
    yield* m.pteUnmapUnlock(vma.table);
    yield* m.k.folioPut(tail);
  },
};

/** G20. */
export const splitVsGup: Scenario = defineScenario<Split>({
  id: 'gup/split-vs-gup',
  title: 'A page is taken without a lock while its folio is split',
  source: 'try_get_folio(), mm/gup.c; __split_huge_page(), mm/huge_memory.c, Linux 6.12; c24d37322548 (5.14)',
  about:
    'A lockless walker reads an entry, asks which folio the page belongs to, and raises the count of that folio. Meanwhile the folio is split: the page is unmapped, becomes a folio of its own, and is mapped again by the same entry. Whoever asked for the folio before has a reference to the first page, and none to its own. The entry says nothing of it. So the walker asks for the folio once more when it has the reference. If it does not, the page is freed while it is in use.',
  invariants: ['UAF', 'RMAP'],
  params: { block: 1 },
  setup,
  agents: {
    splits,
    gup: {
      cpu: WALKER,
      role: 'kernel',
      note: 'lockless',
      *run(m, { vma }) {
        const page = yield* m.k.getUserPagesFastOnly(vma, vma.start);
        if (page === null) return;
        yield* loadHeld(m, { vma, vpn: vma.start, frame: page });
        yield* m.k.folioPut(page);
      },
    },
  },
  mutants: {
    'not-asked-again': {
      what: 'the folio is asked for once',
      breaks: 'UAF',
      why: 'the reference is to the folio that the page has left',
      unless: flushWaits,
      patch: { stillOf: returns(true) },
      within: 'tryGetFolio',
    },
    'not-frozen': {
      what: 'the count is neither compared nor frozen',
      breaks: ['UAF', 'RMAP'],
      why: 'a reference that somebody has is overwritten',
      patch: { folioRefFreeze: returns(true) },
    },
  },
});
