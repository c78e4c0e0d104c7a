import { type Ptep, ptepOf, type Vma } from '@racewalk/core';
import { read } from '@racewalk/core/step';
import { REASONS, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, linux, perVmaLock, sparePages, spareTables, upperLevel } from '@racewalk/mm';

interface Area {
  readonly vma: Vma;
  readonly address: Ptep;
}

/** An area with a table in which nothing is mapped yet. */
function setup(w: World): Area {
  for (const cpu of [0, 1]) w.contexts.track(cpu);
  const vma = w.vma({ pages: 1 });
  upperLevel(w, vma);
  perVmaLock(w, vma);
  sparePages(w, 1, [linux(w).folio({ pages: 1, refcount: 1, mapcount: 0 })]);
  spareTables(w, 1, [w.pmds.spare(vma)]);
  return { vma, address: ptepOf(vma, vma.start) };
}

/** G14. */
export const detachedVsFault: Scenario = defineScenario<Area>({
  id: 'areas/detached-vs-fault',
  title: 'A fault under the lock of an area against munmap',
  source:
    'lock_vma_under_rcu(), mm/memory.c; vma_mark_detached(), vma_end_write_all(), unmap_region(), Linux 6.12',
  about:
    'munmap marks the area as detached, gives the write side of the mmap lock back, and then unmaps the area and frees its table. A fault has found the area without the mmap lock. It looks at the mark once it has the lock of the area. Without that look it maps a page where no area is left, and nobody will ever take it away. And the mark counts only if the number of the mmap lock, which says that the area is free again, is read before it.',
  invariants: ['RMAP'],
  params: {},
  setup,
  agents: {
    munmap: {
      cpu: 0,
      role: 'kernel',
      *run(m, { vma }) {
        yield* m.k.mmapWriteLock(vma.mm);
        yield* m.k.vmaStartWrite(vma);
        yield* m.k.vmaMarkDetached(vma);
        yield* m.k.mmapWriteDowngrade(vma.mm);
        yield* m.k.unmapRegion(vma);
        yield* m.k.mmapReadUnlock(vma.mm);
      },
    },
    fault: {
      cpu: 1,
      role: 'kernel',
      note: 'a fault without the mmap lock; it has found the area under RCU',
      *run(m, { vma, address }) {
        if (!(yield* m.k.lockVmaUnderRcu(vma))) return;
        yield* m.k.handleMmFault(vma, address, 'load');
        yield* m.k.vmaEndRead(vma);
      },
    },
  },
  mutants: {
    'mark-not-read': {
      what: 'the fault does not look at the mark',
      breaks: 'RMAP',
      why: 'the fault maps a page behind the unmap, in an area that is gone',
      patch: {
        *lockVmaUnderRcu(m, vma) {
          return yield* m.k.vmaStartRead(vma);
        },
      },
    },
    'number-relaxed': {
      what: 'the number of the mmap lock is read without acquire',
      breaks: 'RMAP',
      why: 'the mark is read first, when the area was not yet detached, and then the number, when it is free again',
      unless: REASONS.loadsInOrder,
      patch: {
        *rawReadSeqcount(_m, cell) {
          return yield* read(cell, { op: 'raw_read_seqcount', text: 'relaxed' });
        },
      },
      only: ['fault'],
    },
  },
});
