import { addrOf, type Ptep, type PteWord, ptepOf, type Vma } from '@racewalk/core';
import type { AgentSpec, Machine, Scenario, World } from '@racewalk/machine';
import { defineScenario, type Folio, linux } from '@racewalk/mm';

interface Hinted {
  readonly vma: Vma;
  readonly folio: Folio;
  readonly ptep: Ptep;
}

function setup(w: World): Hinted {
  const vma = w.vma({ pages: 1 });
  const folio = linux(w).folio({ pages: 1 });
  linux(w).mapFolio(vma, folio, { young: true });
  return { vma, folio, ptep: ptepOf(vma, vma.start) };
}

/** `same`: whether the entry that is there now is the one that faulted. After do_numa_page(). */
const hint = (same: (m: Machine, now: PteWord, seen: PteWord) => boolean): AgentSpec<Hinted> => ({
  cpu: 1,
  role: 'kernel',
  note: 'a fault on PROT_NONE, with nothing to migrate',
  *run(m, { vma, ptep }) {
    const seen = yield* m.pte.ptepGetLockless(ptep);
    if (!m.v.pteProtnone(seen)) return;
    yield* m.pteOffsetMapLock(vma.table);
    const now = yield* m.pte.ptepGet(ptep);
    if (same(m, now, seen)) {
      const old = yield* m.pte.ptepModifyProtStart(vma, addrOf(vma.start), ptep);
      const pte = m.v.pteMkyoung(m.v.pteModify(seen, m.v.mkProt(vma.prot)));
      yield* m.pte.ptepModifyProtCommit(vma, addrOf(vma.start), ptep, old, pte);
    }
    yield* m.pteUnmapUnlock(vma.table);
  },
});

/** G12. */
export const hintVsZap: Scenario = defineScenario<Hinted>({
  id: 'pages/hint-vs-zap',
  title: 'A NUMA hinting fault gives an entry its permissions back while the page is unmapped',
  source: 'do_numa_page(), mm/memory.c; change_prot_numa(), mm/mempolicy.c, Linux 6.12',
  about:
    'The scanner takes all permissions from an entry, so that the next access faults and says which node uses the page. The fault saw the entry without the lock. Under the lock it compares before it gives the permissions back. If the range was unmapped in between and it does not compare, it maps a page again that has been given back.',
  invariants: ['RMAP', 'UAF'],
  params: {},
  setup,
  agents: {
    zap: {
      cpu: 0,
      role: 'kernel',
      note: 'the scanner, then an unmap',
      *run(m, { vma, folio, ptep }) {
        const [page] = folio.frames;
        if (page === undefined) return;
        yield* m.k.changeProtNuma(vma, vma.start, vma.end);
        yield* m.pteOffsetMapLock(vma.table);
        yield* m.pte.ptepClearFlush(vma, addrOf(vma.start), ptep);
        yield* m.k.folioRemoveRmapPte(page);
        yield* m.pteUnmapUnlock(vma.table);
        yield* m.k.putPage(page);
      },
    },
    hint: hint((m, now, seen) => m.v.pteSame(now, seen)),
  },
  mutants: {
    'not-compared': {
      what: 'the fault does not compare under the lock',
      breaks: ['RMAP', 'UAF'],
      why: 'the entry of a page that was given up comes back',
      agents: { hint: hint(() => true) },
    },
  },
});
