import { addrOf, type Ptep, ptepOf, type Vma } from '@racewalk/core';
import { type Patch, type Ptdesc, type Scenario, takeOverTable, type World } from '@racewalk/machine';
import { defineScenario, type Folio, linux, upperLevel } from '@racewalk/mm';

interface Sharing {
  readonly a: Vma;
  readonly b: Vma;
  readonly pmdp: Ptep;
  readonly table: Ptdesc;
  readonly own: Folio;
}

/** CPU of the walker: interrupts are followed there. */
const WALKER_CPU = 2;

/** Two processes share the table of a file. B has another page, which is only its own, to put there. */
function setup(w: World): Sharing {
  const mapping = w.addressSpace('file');
  const area = (name: string) =>
    w.vma({ pages: 1, name, mm: w.mm(name.toUpperCase()), mapping, shared: true });
  const [a, b] = [area('a'), area('b')];
  const slotOfB = upperLevel(w, b);
  const slot = upperLevel(w, a, { leads: slotOfB });
  const page = linux(w).folio({ name: 'page', pages: 1, refcount: 2 });
  linux(w).mapFolio(b, page, { young: true, dirty: true });
  const own = linux(w).folio({ name: 'own page of B', pages: 1, refcount: 1, mapcount: 0 });
  w.contexts.track(WALKER_CPU);
  return { a, b, pmdp: slot.pmdp, table: slotOfB, own };
}

const noSync: Patch = { *tlbRemoveTableSyncOne() {} };

/** Race C5. */
export const unshareVsGup: Scenario = defineScenario<Sharing>({
  id: 'levels/unshare-vs-gup',
  title: 'A walker without a lock is in a shared table that becomes another process’s',
  source: 'huge_pmd_unshare(), CVE-2025-38085, Linux 1013af4f585f (6.16)',
  about:
    'Two processes share the table of a file. A leaves it; B, who has it alone now, unmaps the file and puts private pages there. The table was never freed. A lockless walker of A has read the entry above before, and goes on in pages that A never had. Only an interrupt to every CPU before the table changes its role keeps it out. A flush that interrupts does as well, if it comes before; a broadcast or a hypercall does not.',
  invariants: ['PTUAF'],
  params: { pages: 1 },
  setup,
  agents: {
    unshare: {
      cpu: 0,
      role: 'kernel',
      note: 'A unmaps',
      *run(m, { a, pmdp }) {
        if (a.mapping === null) return;
        yield* m.k.iMmapLockWrite(a.mapping);
        yield* m.k.pmdLock(pmdp);
        yield* m.k.hugePmdUnshare(a, pmdp);
        yield* m.unlock(pmdp.table.ptl);
        yield* m.k.flushHugetlbTlbRange(a);
        yield* m.k.iMmapUnlockWrite(a.mapping);
      },
    },
    other: {
      cpu: 1,
      role: 'kernel',
      note: 'B unmaps the file and maps a page of its own',
      *run(m, { b, table, own }) {
        const [page] = own.frames;
        if (b.mapping === null || page === undefined) return;
        yield* m.k.iMmapLockWrite(b.mapping);
        const alone = !(yield* m.k.ptdescPmdIsShared(table));
        yield* m.k.iMmapUnlockWrite(b.mapping);
        if (!alone) return;
        const ptep = ptepOf(b, b.start);
        yield* m.pte.ptepGetAndClear(b.mm, addrOf(b.start), ptep);
        yield* takeOverTable(m, table, b.mm);
        const entry = m.v.pteMkyoung(m.v.pfnPte(page.pfn, m.v.mkProt({ read: true, write: false })));
        yield* m.pte.setPteAt(b.mm, addrOf(b.start), ptep, entry);
      },
    },
    gup: {
      cpu: WALKER_CPU,
      role: 'kernel',
      note: 'a thread of A, lockless, irqs off',
      *run(m, { a }) {
        const page = yield* m.k.getUserPagesFastOnly(a, a.start);
        if (page !== null) yield* m.k.folioPut(page);
      },
    },
  },
  linux: { '6.16': 'upstream' },
  mutants: {
    'no-sync': {
      what: 'nobody is interrupted before the table may change its role, as until 6.15',
      breaks: 'PTUAF',
      why: 'the walker of A reads entries of B',
      unless: (arch) =>
        arch.has('ipiFlush') ? 'the flush of A interrupts the walker before the lock is given back' : null,
      patch: noSync,
    },
    'no-sync-paravirt': {
      what: 'the same, where the flush is a hypercall',
      breaks: 'PTUAF',
      why: 'nothing waits for the walker',
      params: { flush: 'paravirt' },
      patch: noSync,
    },
  },
});
