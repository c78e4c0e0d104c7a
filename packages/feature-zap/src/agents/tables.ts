import type { Vma } from '@racewalk/core';
import { type AgentSpec, type Pmd, pmdpGetAndClear } from '@racewalk/machine';

/** An area whose table has an upper-level entry. */
export interface TableSetup {
  readonly vma: Vma;
  readonly pmd: Pmd;
}

/** Takes the table out of the upper level and frees it; what it maps stays a page of a file. */
export function retract(note: string): AgentSpec<TableSetup> {
  return {
    cpu: 0,
    role: 'kernel',
    note,
    *run(m, s) {
      const tlb = yield* m.k.tlbGatherMmu(s.vma.mm);
      yield* m.lock(s.pmd.lock);
      yield* pmdpGetAndClear(s.pmd);
      yield* m.unlock(s.pmd.lock);
      yield* m.k.pteFreeTlb(tlb, s.vma, s.pmd);
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
    yield* m.k.freePteRange(tlb, s.vma, s.pmd);
    yield* m.k.tlbFinishMmu(tlb);
  },
};
