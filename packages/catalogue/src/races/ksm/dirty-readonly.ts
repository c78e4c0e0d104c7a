import { addrOf, PAGE_SIZE, type Vma } from '@racewalk/core';
import { awaitWord, type Cell, write } from '@racewalk/core/step';
import { type AgentSpec, nothing, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { ANON_EXCLUSIVE, defineScenario, type Folio, linux, sparePages, swappedFault } from '@racewalk/mm';

/** Two processes with a page each, of the same contents; that of the first has a copy in swap that is older. */
interface Twins {
  readonly first: Vma;
  readonly second: Vma;
  readonly page: Folio;
  readonly twin: Folio;
  /** 1 once reclaim is over. */
  readonly reclaimed: Cell;
  /** What the second process read; 0 before. */
  readonly seen: Cell;
}

const OLD = 1;
const NOW = 2;

function setup(w: World): Twins {
  const slot = w.word('swap slot', OLD);
  const cache = w.word('in swap cache', 1);
  const first = w.vma({ pages: 1, name: 'first' });
  const second = w.vma({ pages: 1, name: 'second', mm: w.mm('mm2') });
  // Besides the mapping and the swap cache the scanner has a reference.
  const page = linux(w).folio({
    name: 'page',
    pages: 1,
    refcount: 3,
    mapcount: 1,
    frameFlags: ANON_EXCLUSIVE,
    contents: [NOW],
    backing: { cache, disk: [slot] },
  });
  const twin = linux(w).folio({
    name: 'twin',
    pages: 1,
    refcount: 2,
    mapcount: 1,
    frameFlags: ANON_EXCLUSIVE,
    contents: [NOW],
  });
  // Re-used while it was written to swap: dirty in the entry, and not yet in the page.
  linux(w).mapFolio(first, page, { young: true, dirty: true });
  linux(w).mapFolio(second, twin, { young: true, dirty: true });
  page.areas.push({ vma: second, start: second.start });
  sparePages(w, 1, [linux(w).folio({ name: 'spare', pages: 1, refcount: 1, mapcount: 0, contents: [0] })]);
  return { first, second, page, twin, reclaimed: w.word('reclaimed'), seen: w.word('seen') };
}

const kernel: AgentSpec<Twins> = {
  cpu: 0,
  role: 'kernel',
  note: 'ksmd; the first process lets go; shrink_folio_list',
  *run(m, s) {
    const { first, second, page, twin } = s;
    const [a, b] = [page.frames[0]!, twin.frames[0]!];
    if (yield* m.k.tryToMergeOnePage(first, a, null)) yield* m.k.tryToMergeOnePage(second, b, a);
    yield* m.k.zapPageRangeSingle(first, addrOf(first.start), PAGE_SIZE, null);
    // The reference of the scanner is that of the isolation from here on.
    yield* m.k.shrinkFolioList([page]);
    yield* write(s.reclaimed, 1, 'reclaim is over');
  },
};

const reader: AgentSpec<Twins> = {
  cpu: 1,
  role: 'user',
  note: 'the second process loads afterwards',
  *run(m, s) {
    yield* awaitWord(s.reclaimed, (is) => is === 1, 'reclaim is over');
    const value = yield* new UserCpu(m, s.second, { onFault: swappedFault }).loadValue(0);
    if (value !== null) yield* write(s.seen, value, 'remembers what it read');
  },
};

/** Race E12. */
export const dirtyReadonly: Scenario = defineScenario<Twins>({
  id: 'ksm/dirty-readonly',
  title: 'KSM shares a page that is dirty in its entry only',
  source: 'Linux 4e31635c367a (2.6.36)',
  about:
    'An anonymous page was re-used while it was written to swap: its entry is dirty, the page itself is not. KSM write-protects it and maps it for a second process. Then the first process goes, and with its entry the only record of what is newer than the copy in swap. Reclaim drops the page unwritten, and the second process reads the old contents. So KSM moves dirty from the entry to the page. Since 4.5 it marks every page it shares dirty, which alone would be enough.',
  invariants: ['DIRTY'],
  params: { block: 1 },
  less: [
    {
      hardware: 'severalTranslations',
      why: 'the second process loads once: which of two pages with the same contents it reads makes no difference',
    },
    {
      hardware: 'kernelTlbs',
      why: 'no code of the other CPUs accesses the pages',
    },
  ],
  setup,
  agents: { kernel, reader },
  finally(_w, { seen }, view, faults) {
    if (view.get(seen) === OLD)
      faults.fail('DIRTY', `the second process reads ${OLD}, and never held but ${NOW}`);
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'dirty-stays': {
      what: 'dirty stays in the entry, and the page is not marked (Linux before 2.6.36)',
      breaks: 'DIRTY',
      why: 'the entry goes with its process, and reclaim takes the page for the copy in swap',
      patch: { pteMkclean: (_m, pte) => pte, folioMarkDirty: nothing },
      within: 'tryToMergeOnePage',
    },
  },
});
