import { addrOf, type Vma } from '@racewalk/core';
import type { AgentSpec, Ptdesc } from '@racewalk/machine';

/** An area whose table has an upper-level entry. */
export interface TableSetup {
  readonly vma: Vma;
  readonly ptdesc: Ptdesc;
}

/** Takes the table out of the upper level and frees it; what it maps stays a page of a file. */
export function retract(note: string): AgentSpec<TableSetup> {
  return {
    cpu: 0,
    role: 'kernel',
    note,
    *run(m, s) {
      const tlb = yield* m.k.tlbGatherMmu(s.vma.mm);
      const { pmdp } = s.ptdesc;
      yield* m.lock(pmdp.table.ptl);
      yield* m.pmd.pmdpGetAndClear(s.vma.mm, addrOf(s.vma.start), pmdp);
      yield* m.unlock(pmdp.table.ptl);
      yield* m.k.pteFreeTlb(tlb, s.vma, s.ptdesc);
      yield* m.k.tlbFinishMmu(tlb);
    },
  };
}

/** `munmap`: zaps what the table maps, takes the table out, and frees both, as `unmap_region` does. */
export const munmap: AgentSpec<TableSetup> = {
  cpu: 0,
  role: 'kernel',
  note: 'munmap',
  *run(m, s) {
    const tlb = yield* m.k.tlbGatherMmu(s.vma.mm);
    yield* m.k.unmapPageRange(tlb, s.vma, s.vma.start, s.vma.end, null);
    yield* m.k.freePteRange(tlb, s.vma, s.ptdesc);
    yield* m.k.tlbFinishMmu(tlb);
  },
};
