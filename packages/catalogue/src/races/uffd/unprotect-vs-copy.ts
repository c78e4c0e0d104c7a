import { type Ptep, ptepOf, type Vma } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import { type Patch, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, linux, PageFlag, returns, sparePages } from '@racewalk/mm';
import { hasStored, holdsStored, STORED, storedWord } from '../last-word.js';

interface Armed {
  readonly vma: Vma;
  readonly ptep: Ptep;
  readonly stored: Cell;
}

/** A writable page that somebody else has a reference to, so that a write fault copies it. */
function setup(w: World): Armed {
  const vma = w.vma({ pages: 1, flags: { uffdWp: true } });
  const page = linux(w).folio({
    name: 'page',
    pages: 1,
    refcount: 2,
    contents: [1],
    frameFlags: PageFlag.ANON | PageFlag.DIRTY,
  });
  linux(w).mapFolio(vma, page, { young: true, dirty: true });
  sparePages(w, 1, [linux(w).folio({ name: 'copy', pages: 1, refcount: 1, mapcount: 0, contents: [0] })]);
  return { vma, ptep: ptepOf(vma, vma.start), stored: storedWord(w) };
}

const noFlush: Patch = { mmTlbFlushPending: returns(false) };

/** Race B8. */
export const unprotectVsCopy: Scenario = defineScenario<Armed>({
  id: 'uffd/unprotect-vs-copy',
  title: 'A page is copied while a write protection by userfaultfd is not flushed yet',
  source: 'do_wp_page(), Linux 6ce64428d620 (5.12)',
  about:
    'UFFDIO_WRITEPROTECT changes entries under the mmap lock for reading, and flushes at the end. It takes the write permission, even where it is asked to give it back. A write fault on another CPU finds the entry read-only, and copies the page. A third CPU still has the writable translation, and stores to the old page after the copy: the store is not in it. So the handler flushes before it copies, if a flush is owed.',
  assumes: 'another reference to a writable page, as the swap cache had before 5.19',
  invariants: ['DIRTY'],
  params: { block: 1 },
  setup,
  agents: {
    unprotect: {
      cpu: 0,
      role: 'kernel',
      note: 'UFFDIO_WRITEPROTECT',
      *run(m, { vma }) {
        yield* m.k.downRead(vma.mm.mmapLock);
        const tlb = yield* m.k.tlbGatherMmu(vma.mm);
        const prot = { read: true, write: false };
        yield* m.k.changeProtection(tlb, vma, vma.start, vma.end, { prot });
        yield* m.k.tlbFinishMmu(tlb);
        yield* m.k.upRead(vma.mm.mmapLock);
      },
    },
    fault: {
      cpu: 1,
      role: 'kernel',
      note: 'a write fault',
      *run(m, { vma, ptep }) {
        yield* m.k.downRead(vma.mm.mmapLock);
        yield* m.k.handlePteFault({ vma, ptep, access: 'store' });
        yield* m.k.upRead(vma.mm.mmapLock);
      },
    },
    user: {
      cpu: 2,
      role: 'user',
      note: 'stores',
      *run(m, { vma, stored }) {
        if (yield* new UserCpu(m, vma, { faults: false }).store(0, STORED)) yield* hasStored(stored);
      },
    },
  },
  finally: (w, { ptep, stored }, view, faults) => holdsStored(w, view, faults, ptep, stored),
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-flush': {
      what: 'the handler does not ask whether a flush is owed',
      breaks: 'DIRTY',
      why: 'the store goes to the old page after it was copied',
      patch: noFlush,
      within: 'doWpPage',
    },
  },
});
