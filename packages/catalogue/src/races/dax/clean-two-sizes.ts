import { type Ptep, ptepOf, type Vma } from '@racewalk/core';
import { type FaultHandler, type Patch, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, type Folio, FolioFlag, linux, startWriteout, upperLevel } from '@racewalk/mm';

interface Shared {
  readonly small: Vma;
  readonly ptep: Ptep;
  readonly huge: Folio;
}

/** Two pages of a DAX file: one process maps both by a huge leaf, another one the second by a small entry. Both have written. */
function setup(w: World): Shared {
  const mapping = w.addressSpace('dax');
  const large = w.vma({ pages: 2, name: 'large', mapping, shared: true });
  const small = w.vma({ pages: 1, name: 'small', mm: w.mm('other'), mapping, shared: true, pgoff: 1 });
  upperLevel(w, large, { leads: 'none' });
  const disk = [0, 1].map((i) => w.word(`disk[${i}]`, 0));
  const huge = linux(w).folio({
    name: 'huge',
    pages: 2,
    huge: true,
    refcount: 3,
    mapcount: 2,
    contents: [1, 1],
    backing: { disk },
  });
  linux(w).mapFolio(large, huge, { huge: true, young: true, dirty: true });
  linux(w).mapFolio(small, huge, { from: 1, pages: 1, young: true, dirty: true });
  w.cells.setInitial(huge.flags, FolioFlag.DIRTY);
  return { small, ptep: ptepOf(small, small.start), huge };
}

/** A store to a clean page: the index says dirty before the entry permits it. @kernel dax_pfn_mkwrite */
const mkwrite = (huge: Folio): FaultHandler =>
  function* (m, { vma, ptep, access }) {
    if (access === 'load') return 'default';
    yield* m.pteOffsetMapLock(ptep.table);
    const origPte = yield* m.pte.ptepGet(ptep);
    yield* m.pteUnmapUnlock(ptep.table);
    if (m.v.pteWrite(origPte)) return 'default';
    yield* m.lock(huge.lock);
    yield* m.k.folioMarkDirty(huge);
    yield* m.k.finishMkwriteFault({ vma, ptep, access, origPte });
    yield* m.unlock(huge.lock);
    return 'retry';
  };

/** Only areas that map the first page of the entry are found. */
const firstPageOnly: Patch = {
  mapsAnyOf: (_m, _folio, { vma, start }) => start >= vma.start && start < vma.end,
};

/** Race F11. */
export const cleanTwoSizes: Scenario = defineScenario<Shared>({
  id: 'dax/clean-two-sizes',
  title: 'A file range is made clean that is mapped by a leaf and by a small entry',
  source: 'dax_entry_mkclean(), pfn_mkclean_range(), Linux 06083a0921fd (5.19)',
  about:
    'One process maps a file range by a huge leaf, another one a page in the middle of it by a small entry. fsync makes every mapping of the range clean and read-only, and the index clean: from then on only a fault says dirty. If the walk looks for mappings of the first page of the range, it finds the leaf, and not the small entry. Its process stores on without a fault, and no later fsync writes that out. What overlaps the range has to be cleaned, whatever its size.',
  assumes: 'the leaf is mapped one level up, and the protocol of the check maps leaves only',
  invariants: ['DIRTY'],
  params: { pages: 2 },
  setup,
  agents: {
    fsync: {
      cpu: 0,
      role: 'kernel',
      note: 'fsync',
      *run(m, { huge }) {
        yield* m.lock(huge.lock);
        yield* m.k.daxEntryMkclean(huge);
        yield* startWriteout(huge);
        yield* m.unlock(huge.lock);
      },
    },
    user: {
      cpu: 1,
      role: 'user',
      note: 'stores through the small entry',
      *run(m, { small, huge }) {
        yield* new UserCpu(m, small, { onFault: mkwrite(huge) }).store(0, 7);
      },
    },
  },
  finally(_w, { huge }, view, faults) {
    if ((view.get(huge.flags) & FolioFlag.DIRTY) !== 0) return;
    for (const [i, { data, name }] of huge.frames.entries()) {
      const onDisk = view.get(huge.backing.disk[i] ?? data);
      if (view.get(data) === onDisk) continue;
      faults.fail('DIRTY', `the index says clean, ${name} holds ${view.get(data)}, and the disk ${onDisk}`);
    }
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'first-page-only': {
      what: 'mappings of the first page are cleaned, as until 5.18',
      breaks: 'DIRTY',
      why: 'the small entry stays writable, and its store is noted nowhere',
      patch: firstPageOnly,
    },
  },
});
