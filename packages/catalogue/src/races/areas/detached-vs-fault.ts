import { addrOf, type Ptep, ptepOf, type Vma } from '@racewalk/core';
import { type Cell, read, type Step, write } from '@racewalk/core/step';
import { type AgentSpec, freeTable, type Ptdesc, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, type Folio, linux, upperLevel } from '@racewalk/mm';

interface Area {
  readonly vma: Vma;
  readonly slot: Ptdesc;
  readonly folio: Folio;
  readonly ptep: Ptep;
  readonly lock: Cell;
  readonly detached: Cell;
}

function setup(w: World): Area {
  for (const cpu of [0, 1]) w.contexts.track(cpu);
  const vma = w.vma({ pages: 1 });
  const slot = upperLevel(w, vma);
  const folio = linux(w).folio({ pages: 1, refcount: 1, mapcount: 0 });
  const [lock, detached] = [w.lock('vm_lock'), w.word('vma->detached', 0)];
  return { vma, slot, folio, ptep: ptepOf(vma, vma.start), lock, detached };
}

/** `attached`: what is asked once the area is locked. After lock_vma_under_rcu() and do_anonymous_page(). */
const fault = (attached: (s: Area) => Step<boolean>): AgentSpec<Area> => ({
  cpu: 1,
  role: 'kernel',
  note: 'a fault without the mmap lock; it has found the area under RCU',
  *run(m, s) {
    const { vma, slot, folio, lock } = s;
    yield* m.lock(lock);
    const ptep = (yield* attached(s)) ? yield* m.k.__pteOffsetMapLock(slot.pmdp, vma.start) : null;
    if (ptep !== null) {
      yield* m.k.folioAddRmap(folio);
      const pte = m.v.pteMkyoung(m.v.pfnPte(folio.frames[0]?.pfn ?? 0, m.v.mkProt(vma.prot)));
      yield* m.pte.setPteAt(vma.mm, addrOf(vma.start), ptep, pte);
      yield* m.pteUnmapUnlock(ptep.table);
      yield* m.k.pteUnmap(ptep);
    }
    yield* m.unlock(lock);
  },
});

/** G14. */
export const detachedVsFault: Scenario = defineScenario<Area>({
  id: 'areas/detached-vs-fault',
  title: 'A fault under the lock of an area against munmap',
  source: 'lock_vma_under_rcu(), mm/memory.c; vma_mark_detached(), free_pgtables(), Linux 6.4 and newer',
  about:
    'munmap marks the area as detached under its lock, then unmaps it and frees its table. A fault has found the area without the mmap lock. It looks at the mark once it has the lock of the area. Without that look it walks a table that is being freed, or maps a page where no area is left.',
  invariants: ['PTUAF', 'RMAP'],
  params: {},
  setup,
  agents: {
    munmap: {
      cpu: 0,
      role: 'kernel',
      note: 'holds the mmap lock for writing',
      *run(m, { vma, slot, folio, ptep, lock, detached }) {
        const [page] = folio.frames;
        if (page === undefined) return;
        yield* m.lock(lock);
        yield* write(detached, 1, { op: 'vma_mark_detached', text: 'vma->detached' });
        yield* m.unlock(lock);
        yield* m.pteOffsetMapLock(vma.table);
        if (m.v.ptePresent(yield* m.pte.ptepGet(ptep))) {
          yield* m.pte.ptepClearFlush(vma, addrOf(vma.start), ptep);
          yield* m.k.folioRemoveRmapPte(page);
        }
        yield* m.pteUnmapUnlock(vma.table);
        yield* m.pmd.pmdClear(slot.pmdp);
        yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
        yield* freeTable(m, slot);
      },
    },
    fault: fault(function* ({ detached }) {
      return (yield* read(detached, { op: 'vma->detached', text: '' })) === 0;
    }),
  },
  mutants: {
    'mark-not-read': {
      what: 'the fault does not look at the mark',
      breaks: ['PTUAF', 'RMAP'],
      why: 'the table is freed while the fault fills it',
      agents: {
        fault: fault(function* () {
          yield* [];
          return true;
        }),
      },
    },
  },
});
