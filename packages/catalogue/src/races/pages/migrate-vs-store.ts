import { addrOf, type Ptep, ptepOf, type Vma } from '@racewalk/core';
import { type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, type Folio, linux } from '@racewalk/mm';

interface Moving {
  readonly vma: Vma;
  readonly from: Folio;
  readonly to: Folio;
  readonly ptep: Ptep;
}

function setup(w: World): Moving {
  const vma = w.vma({ pages: 1 });
  // One reference for the mapping, one for the isolation.
  const from = linux(w).folio({ pages: 1, name: 'from', refcount: 2, mapcount: 1 });
  const to = linux(w).folio({ pages: 1, name: 'to', refcount: 1, mapcount: 0 });
  linux(w).mapFolio(vma, from, { young: true });
  return { vma, from, to, ptep: ptepOf(vma, vma.start) };
}

/** G13. */
export const migrateVsStore: Scenario = defineScenario<Moving>({
  id: 'pages/migrate-vs-store',
  title: 'A page moves to another frame while a thread stores to it',
  source:
    'try_to_migrate_one(), mm/rmap.c; remove_migration_pte(), folio_migrate_flags(), mm/migrate.c, Linux 6.12',
  about:
    'The entry is cleared and flushed, and a migration entry stands there while the contents move. What the exchange returned as dirty moves with the page. Nobody stores to the old frame any more once it is given up.',
  invariants: ['UAF', 'DIRTY', 'RMAP'],
  params: {},
  setup,
  agents: {
    migrate: {
      cpu: 0,
      role: 'kernel',
      *run(m, { vma, from, to, ptep }) {
        const [[old], [page], addr] = [from.frames, to.frames, addrOf(vma.start)];
        if (old === undefined || page === undefined) return;
        yield* m.k.lockPage(old);
        yield* m.k.tryToMigrate(from, 0);
        if (yield* m.k.folioTestDirty(from)) yield* m.k.folioMarkDirty(to);
        yield* m.pteOffsetMapLock(vma.table);
        yield* m.k.folioAddRmap(to);
        const back = m.v.pteMkwrite(m.v.pfnPte(page.pfn, m.v.mkProt(vma.prot)));
        yield* m.pte.setPteAt(vma.mm, addr, ptep, back);
        yield* m.pteUnmapUnlock(vma.table);
        yield* m.k.unlockPage(old);
        yield* m.k.putPage(old);
      },
    },
    user: {
      cpu: 1,
      role: 'user',
      *run(m, { vma }) {
        yield* new UserCpu(m, vma, { faults: false }).store(0);
      },
    },
  },
  mutants: {
    'no-flush': {
      what: 'the entry is cleared and not flushed',
      breaks: ['UAF', 'DIRTY'],
      why: 'the thread goes on storing to the old frame, which is free by then',
      patch: {
        *ptepClearFlush(m, vma, addr, ptep) {
          return yield* m.pte.ptepGetAndClear(vma.mm, addr, ptep);
        },
      },
    },
  },
});
