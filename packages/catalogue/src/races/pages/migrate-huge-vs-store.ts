import type { Ptep, Vma } from '@racewalk/core';
import { REASONS, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, type Folio, linux, upperLevel } from '@racewalk/mm';

interface Moving {
  readonly vma: Vma;
  readonly pmdp: Ptep;
  readonly from: Folio;
  readonly to: Folio;
}

function setup(w: World): Moving {
  const vma = w.vma({ pages: 2 });
  const { pmdp } = upperLevel(w, vma, { leads: 'none' });
  // One reference for the mapping, one for the isolation.
  const from = linux(w).folio({ pages: 2, name: 'from', huge: true, refcount: 2 });
  const to = linux(w).folio({ pages: 2, name: 'to', huge: true, refcount: 1, mapcount: 0 });
  linux(w).mapFolio(vma, from, { huge: true, young: true });
  return { vma, pmdp, from, to };
}

/** G21. */
export const migrateHugeVsStore: Scenario = defineScenario<Moving>({
  id: 'pages/migrate-huge-vs-store',
  title: 'A huge page moves to other frames while a thread stores to it',
  source: 'set_pmd_migration_entry(), remove_migration_pmd(), mm/huge_memory.c, Linux 6.12',
  about:
    'The huge entry is made invalid and flushed, and a migration entry stands there while the contents move. Only what the exchange returns says whether the page was written, and that moves with it. When the old frames are given up, nobody stores to them any more.',
  needs: ['thpMigration'],
  invariants: ['UAF', 'DIRTY', 'RMAP'],
  params: { pages: 2 },
  assumes: 'a huge page is mapped one level up, and the protocol of the check maps leaves only',
  setup,
  agents: {
    migrate: {
      cpu: 0,
      role: 'kernel',
      note: 'moves the huge page',
      *run(m, { vma, pmdp, from, to }) {
        const [[old], [page]] = [from.frames, to.frames];
        if (old === undefined || page === undefined) return;
        yield* m.k.lockPage(old);
        yield* m.k.pmdLock(pmdp);
        yield* m.k.setPmdMigrationEntry(vma, pmdp, old);
        yield* m.unlock(pmdp.table.ptl);
        if (yield* m.k.folioTestDirty(from)) yield* m.k.folioMarkDirty(to);
        yield* m.k.pmdLock(pmdp);
        yield* m.k.removeMigrationPmd(vma, pmdp, page);
        yield* m.unlock(pmdp.table.ptl);
        yield* m.k.unlockPage(old);
        yield* m.k.putPage(old);
      },
    },
    user: {
      cpu: 1,
      role: 'user',
      note: 'stores to the second page',
      *run(m, { vma }) {
        yield* new UserCpu(m, vma, { faults: false }).store(1);
      },
    },
  },
  mutants: {
    'no-flush': {
      what: 'the huge entry is made invalid and not flushed',
      breaks: ['UAF', 'DIRTY'],
      why: 'the thread goes on storing to the old frames, which are free by then',
      patch: {
        *pmdpInvalidate(m, vma, addr, pmdp) {
          return yield* m.pmd.pmdpEstablish(vma, addr, pmdp, m.p.pmdMkinvalid(yield* m.pmd.pmdpGet(pmdp)));
        },
      },
    },
    'read-before': {
      what: 'whether the page was written is read before the entry is made invalid',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty between the two, and the new page is taken for clean',
      unless: REASONS.softwareDirty,
      patch: {
        *pmdpInvalidate(m, vma, addr, pmdp) {
          const old = yield* m.pmd.pmdpGet(pmdp);
          yield* m.pmd.pmdpInvalidate(vma, addr, pmdp);
          return old;
        },
      },
    },
  },
});
