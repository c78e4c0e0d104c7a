import { addrOf, type Ptep, ptepOf, type Vma } from '@racewalk/core';
import { type Cell, read, type Step, write } from '@racewalk/core/step';
import type { AgentSpec, Machine, Scenario, World } from '@racewalk/machine';
import { defineScenario, type Folio, linux } from '@racewalk/mm';

interface Cached {
  readonly vma: Vma;
  readonly folio: Folio;
  readonly ptep: Ptep;
  /** 1 while the folio is part of the file. @kernel folio->mapping */
  readonly mapping: Cell;
}

/** A page in the cache of a file, and nobody maps it. */
function setup(w: World): Cached {
  const vma = w.vma({ pages: 1 });
  const folio = linux(w).folio({ pages: 1, refcount: 1, mapcount: 0 });
  return { vma, folio, ptep: ptepOf(vma, vma.start), mapping: w.word('folio->mapping', 1) };
}

const belongs = ({ mapping }: Cached, op: string): Step<number> =>
  read(mapping, { op, text: 'folio->mapping' });

/** After set_pte_range(). */
function* mapIt(m: Machine, { vma, folio, ptep }: Cached): Step<void> {
  yield* m.pteOffsetMapLock(vma.table);
  yield* m.k.folioAddRmap(folio);
  const pte = m.v.pteMkyoung(m.v.pfnPte(folio.frames[0]?.pfn ?? 0, m.v.mkProt(vma.prot)));
  yield* m.pte.setPteAt(vma.mm, addrOf(vma.start), ptep, pte);
  yield* m.pteUnmapUnlock(vma.table);
}

/** `still`: what is asked once the folio is locked. After filemap_fault() and finish_fault(). */
const fault = (still: (s: Cached) => Step<boolean>): AgentSpec<Cached> => ({
  cpu: 1,
  role: 'kernel',
  note: 'a fault that finds the folio in the cache',
  *run(m, s) {
    const [page] = s.folio.frames;
    if (page === undefined || (yield* belongs(s, 'filemap_get_folio')) === 0) return;
    if (!(yield* m.k.getPageUnlessZero(page))) return;
    yield* m.k.lockPage(page);
    const there = yield* still(s);
    if (there) yield* mapIt(m, s);
    yield* m.k.unlockPage(page);
    if (!there) yield* m.k.putPage(page);
  },
});

/** G11. */
export const faultVsTruncate: Scenario = defineScenario<Cached>({
  id: 'pages/fault-vs-truncate',
  title: 'A fault maps a page of a file that is being truncated',
  source: 'filemap_fault(), mm/filemap.c; truncate_inode_folio(), mm/truncate.c, Linux 6.12',
  about:
    'Truncation unmaps a folio and takes it out of its file, all under the lock of the folio. A fault has found the folio without that lock. Once it has it, it looks again whether the folio is still that of the file. Without the second look it maps a page that the file no longer has, and stores to it reach nobody.',
  invariants: ['MISS', 'RMAP', 'UAF'],
  params: {},
  setup,
  agents: {
    truncate: {
      cpu: 0,
      role: 'kernel',
      *run(m, { vma, folio, ptep, mapping }) {
        const [page] = folio.frames;
        if (page === undefined) return;
        yield* m.k.lockPage(page);
        yield* m.pteOffsetMapLock(vma.table);
        const mapped = m.v.ptePresent(yield* m.pte.ptepGet(ptep));
        if (mapped) {
          yield* m.pte.ptepClearFlush(vma, addrOf(vma.start), ptep);
          yield* m.k.folioRemoveRmapPte(page);
        }
        yield* m.pteUnmapUnlock(vma.table);
        if (mapped) yield* m.k.putPage(page);
        yield* write(mapping, 0, { op: 'filemap_remove_folio', text: 'folio->mapping' });
        yield* m.k.unlockPage(page);
        yield* m.k.putPage(page);
      },
    },
    fault: fault(function* (s) {
      return (yield* belongs(s, 'folio->mapping')) === 1;
    }),
  },
  finally(w, { ptep, mapping }, view, faults) {
    const pte = w.entryIn((cell) => view.get(cell), ptep);
    if (view.get(mapping) === 0 && w.arch.values.ptePresent(pte))
      faults.fail('MISS', 'an entry maps a page that is no longer part of the file');
  },
  mutants: {
    'not-asked-again': {
      what: 'the fault does not ask again once it has the lock',
      breaks: 'MISS',
      why: 'truncation was there between the two: its walk has passed, and the page is mapped after it',
      agents: {
        fault: fault(function* () {
          yield* [];
          return true;
        }),
      },
    },
  },
});
