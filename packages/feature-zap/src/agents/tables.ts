import { addrOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Ptdesc } from '@racewalk/machine';
import { newGather, tlbFlushMmu, type ZapGather } from '../gather/gather.js';
import { tlbRemoveTable } from '../gather/tables.js';
import { zapPteRange } from '../ops/zap-pte-range.js';

/** An area whose table has an upper-level entry. */
export interface TableSetup {
  readonly vma: Vma;
  readonly ptdesc: Ptdesc;
}

/** Takes the table out of the upper level and frees it as `free` says; what it maps stays a page of a file. */
export function retract(note: string, free: (tlb: ZapGather) => Step<void>): AgentSpec<TableSetup> {
  return {
    cpu: 0,
    role: 'kernel',
    note,
    *run(m, s) {
      const tlb = newGather(m, s.vma.mm);
      const { pmdp } = s.ptdesc;
      yield* m.lock(pmdp.table.ptl);
      yield* m.pmd.pmdpGetAndClear(s.vma.mm, addrOf(s.vma.start), pmdp);
      yield* m.unlock(pmdp.table.ptl);
      tlbRemoveTable(tlb, s.vma, s.ptdesc);
      yield* free(tlb);
    },
  };
}

/** `munmap`: zaps what the table maps, takes the table out, and frees both. */
export function munmap(note: string, free: (tlb: ZapGather) => Step<void>): AgentSpec<TableSetup> {
  return {
    cpu: 0,
    role: 'kernel',
    note,
    *run(m, s) {
      const tlb = newGather(m, s.vma.mm);
      const { pmdp } = s.ptdesc;
      yield* zapPteRange(tlb, s.vma, s.vma.start, s.vma.end);
      yield* m.pmd.pmdpGetAndClear(s.vma.mm, addrOf(s.vma.start), pmdp);
      tlbRemoveTable(tlb, s.vma, s.ptdesc);
      yield* free(tlb);
      yield* tlbFlushMmu(tlb);
    },
  };
}
