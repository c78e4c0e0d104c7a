import { ptepOf, type Vma } from '@racewalk/core';
import { type AgentSpec, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, type Folio, linux, PageFlag } from '@racewalk/mm';

/** A lazily freed folio of two pages: the parent may store to the first, and shares the second with a child. */
interface Shared {
  readonly folio: Folio;
  readonly parent: Vma;
  readonly child: Vma;
}

function setup(w: World): Shared {
  const folio = linux(w).folio({
    pages: 2,
    refcount: 4,
    mapcount: 3,
    swapbacked: false,
    frameFlags: PageFlag.ANON | PageFlag.LAZYFREE,
  });
  const parent = w.vma({ pages: 2, name: 'parent' });
  const child = w.vma({ pages: 1, name: 'child', mm: w.mm('child') });
  linux(w).mapFolio(parent, folio, { pages: 1, young: true });
  linux(w).mapFolio(parent, folio, { pages: 1, from: 1, at: 1, young: true, write: false });
  linux(w).mapFolio(child, folio, { pages: 1, from: 1, young: true, write: false });
  return { folio, parent, child };
}

const reclaim: AgentSpec<Shared> = {
  cpu: 0,
  role: 'kernel',
  note: 'try_to_unmap_one in the parent',
  *run(m, { folio, parent }) {
    yield* m.lock(folio.lock);
    yield* m.pteOffsetMapLock(parent.table);
    for (let vpn = parent.start; vpn < parent.end; ) {
      const nr = yield* m.k.tryToUnmapLazyfreeBatch(folio, parent, ptepOf(parent, vpn));
      if (nr === 0) break;
      vpn += nr;
    }
    yield* m.pteUnmapUnlock(parent.table);
    yield* m.unlock(folio.lock);
  },
};

const holder: AgentSpec<Shared> = {
  cpu: 2,
  role: 'kernel',
  note: 'marks the folio dirty',
  *run(m, { folio }) {
    yield* m.k.folioMarkDirty(folio);
  },
};

const user: AgentSpec<Shared> = {
  cpu: 1,
  role: 'user',
  note: 'parent, stores to the shared page',
  *run(m, { parent }) {
    yield* new UserCpu(m, parent).store(1);
  },
};

/** Report r18. */
export const lazyfreeRestore: Scenario = defineScenario<Shared>({
  id: 'reports/lazyfree-restore',
  title: 'A batch of mixed permissions is restored with that of its first entry',
  source: 'Linux 29f40594a281 (2026)',
  about:
    'Reclaim unmaps a lazily freed folio in batches, and puts a batch back if somebody has stored to the folio meanwhile. It puts back one value for all entries. May a batch cross a change of the write permission? No: a page that is shared with a child would come back writable, and the parent would store to what the child has. So a batch ends where the permission changes. A thread of the parent stores to the shared page at any time, and is refused.',
  invariants: ['OWN', 'UAF'],
  params: { block: 2 },
  assumes:
    'one page was freed lazily before the fork and one after it; the protocol of the check does not fork in between',
  setup,
  agents: { reclaim, holder, user },
  mutants: {
    'mixed-batch': {
      what: 'entries that differ in the write permission are emptied as one batch',
      breaks: 'OWN',
      why: 'the second page comes back with the permission of the first, and a child has it as well',
      patch: {
        *folioPteBatch(m, folio, ptep, pte, maxNr, flags) {
          return yield* m.k.folioPteBatch(folio, ptep, pte, maxNr, { ...flags, respectWrite: false });
        },
      },
    },
  },
});
