import type { Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type AgentSpec, type Pmd, pmdpGetAndClear } from '@racewalk/machine';
import { newGather, tlbFlushMmu, type ZapGather } from '../gather/gather.js';
import { tlbRemoveTable } from '../gather/tables.js';
import { zapPteRange } from '../ops/zap-pte-range.js';

/** An area whose table has an upper-level entry. */
export interface TableSetup {
  readonly vma: Vma;
  readonly pmd: Pmd;
}

/** Takes the table out of the upper level and frees it as `free` says; what it maps stays a page of a file. */
export function retract(note: string, free: (tlb: ZapGather) => Step<void>): AgentSpec<TableSetup> {
  return {
    cpu: 0,
    role: 'kernel',
    note,
    *run(m, s) {
      const tlb = newGather(m, s.vma.mm);
      yield* m.lock(s.pmd.lock);
      yield* pmdpGetAndClear(s.pmd);
      yield* m.unlock(s.pmd.lock);
      tlbRemoveTable(tlb, s.vma, s.pmd);
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
      yield* zapPteRange(tlb, s.vma, s.vma.start, s.vma.end);
      yield* pmdpGetAndClear(s.pmd);
      tlbRemoveTable(tlb, s.vma, s.pmd);
      yield* free(tlb);
      yield* tlbFlushMmu(tlb);
    },
  };
}
