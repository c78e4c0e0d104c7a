import { addrOf, type Ptep, ptepOf, type Vma } from '@racewalk/core';
import type { Scenario, World } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';

interface Hinted {
  readonly vma: Vma;
  readonly ptep: Ptep;
}

function setup(w: World): Hinted {
  const vma = w.vma({ pages: 1 });
  linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { young: true });
  return { vma, ptep: ptepOf(vma, vma.start) };
}

/** G12. */
export const hintVsZap: Scenario = defineScenario<Hinted>({
  id: 'pages/hint-vs-zap',
  title: 'A NUMA hinting fault gives an entry its permissions back while the page is unmapped',
  source: 'do_numa_page(), mm/memory.c; change_prot_numa(), mm/mempolicy.c, Linux 6.12',
  about:
    'The scanner takes all permissions from an entry, so that the next access faults and says which node uses the page. The fault saw the entry without the lock. Under the lock it compares before it gives the permissions back. If the range was unmapped in between and it does not compare, it gives permissions to an empty entry, which maps frame 0 from then on.',
  invariants: ['ENC'],
  params: {},
  setup,
  agents: {
    zap: {
      cpu: 0,
      role: 'kernel',
      note: 'the scanner, then MADV_DONTNEED',
      *run(m, { vma }) {
        yield* m.k.changeProtNuma(vma, vma.start, vma.end);
        yield* m.k.madviseDontneedSingleVma(vma, addrOf(vma.start), addrOf(vma.end));
      },
    },
    hint: {
      cpu: 1,
      role: 'kernel',
      note: 'a fault on PROT_NONE, with nothing to migrate',
      *run(m, { vma, ptep }) {
        const origPte = yield* m.pte.ptepGetLockless(ptep);
        if (m.v.pteProtnone(origPte)) yield* m.k.doNumaPage({ vma, ptep, access: 'load', origPte });
      },
    },
  },
  mutants: {
    'not-compared': {
      what: 'the fault does not compare under the lock',
      breaks: 'ENC',
      why: 'what it gives permissions to is an empty entry, which maps frame 0 from then on',
      patch: {
        *doNumaPage(m, vmf) {
          yield* m.pteOffsetMapLock(vmf.vma.table);
          yield* m.k.numaRebuildSingleMapping(vmf);
          yield* m.pteUnmapUnlock(vmf.vma.table);
        },
      },
    },
  },
});
