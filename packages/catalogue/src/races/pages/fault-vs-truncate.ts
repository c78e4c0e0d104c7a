import { type AddressSpace, type Ptep, ptepOf, type Vma } from '@racewalk/core';
import type { Scenario, World } from '@racewalk/machine';
import { defineScenario, type Folio, inPageCache, linux, pageCache } from '@racewalk/mm';
import { stores } from '../agents.js';

interface Cached {
  readonly vma: Vma;
  readonly mapping: AddressSpace;
  readonly folio: Folio;
  readonly ptep: Ptep;
}

/** A page in the cache of a file, and nobody maps it. */
function setup(w: World): Cached {
  const mapping = w.addressSpace('file');
  const vma = w.vma({ pages: 1, mapping, shared: true });
  const folio = linux(w).folio({ pages: 1, refcount: 1, mapcount: 0 });
  pageCache(w, mapping, [folio], { leave: true });
  return { vma, mapping, folio, ptep: ptepOf(vma, vma.start) };
}

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
      *run(m, { mapping }) {
        yield* m.k.truncateInodePagesRange(mapping);
      },
    },
    user: stores('stores: the fault finds the page in the cache'),
  },
  finally(w, { folio, ptep }, view, faults) {
    const pte = w.entryIn((cell) => view.get(cell), ptep);
    if (!inPageCache(w, view, folio) && w.arch.values.ptePresent(pte))
      faults.fail('MISS', 'an entry maps a page that is no longer part of the file');
  },
  mutants: {
    'not-asked-again': {
      what: 'the fault does not ask again once it has the lock',
      breaks: 'MISS',
      why: 'truncation was there between the two: its walk has passed, and the page is mapped after it',
      patch: {
        *filemapFault(m, { vma, ptep }) {
          const page = yield* m.k.filemapGetFolio(vma, ptep.vpn);
          if (page !== null) yield* m.k.lockPage(page);
          return page;
        },
      },
    },
    'reference-given-back': {
      what: 'the fault gives its reference back although it has mapped the page',
      breaks: ['RMAP', 'UAF'],
      why: 'a mapping has a reference of its own: truncation gives up the last one, or that of somebody else',
      patch: {
        *doReadFault(m, vmf) {
          const left = yield* m.k.doReadFault(vmf);
          const page = yield* m.k.filemapGetFolio(vmf.vma, vmf.ptep.vpn);
          if (page !== null) yield* m.k.folioPutRefs(page.folio, 2);
          return left;
        },
      },
    },
  },
});
