/**
 * Operations of RISC-V. The hardware may set A and D between a read and a write, so every change of a live entry is one
 * atomic memory operation (AMOSWAP, AMOAND) or a loop of LR and SC. Blocks are folded and unfolded below `ptep_*`
 * as the series "riscv: transparent Svnapot" (`napotpte_*`) has it, which is arm64's contpte with another form in
 * memory; Linux 6.12 has Svnapot for hugetlb alone.
 *
 * @kernel arch/riscv/include/asm/pgtable.h, arch/riscv/mm/pgtable.c
 */
import {
  type EntryMachine,
  type Ptep,
  type PteWord,
  pteAnd,
  pteOr,
  type Vaddr,
  type Vma,
} from '@racewalk/core';
import { type AccessFlags, ContpteOps } from '@racewalk/core/contpte';
import type { Step } from '@racewalk/core/step';
import { PTE } from './layout.js';

const ACCESS_FLAGS = [PTE.A, PTE.D, PTE.R, PTE.W].reduce(pteOr);

/** For the operations on blocks. */
export const riscvAccessFlags: AccessFlags = Object.freeze({
  morePermissive: (pte: PteWord, entry: PteWord) => pteOr(pte, pteAnd(entry, ACCESS_FLAGS)),
  same: (pte: PteWord, entry: PteWord) => pteAnd(pte, ACCESS_FLAGS) === pteAnd(entry, ACCESS_FLAGS),
});

/** Where Svvptc bounds how long an invalid entry may stay cached. */
export class RiscvOps extends ContpteOps {
  constructor(m: EntryMachine) {
    super(m, riscvAccessFlags);
  }

  /** No flush: a page in use may look idle until its translation leaves the TLB, and nothing worse. */
  override *ptepClearFlushYoung(vma: Vma, addr: Vaddr, ptep: Ptep): Step<boolean> {
    return yield* this.ptepTestAndClearYoung(vma, addr, ptep);
  }

  /** One AMOAND. @kernel ptep_set_wrprotect */
  override *__ptepSetWrprotect(ptep: Ptep): Step<void> {
    yield* this.m.entries.update(ptep, this.m.v.pteWrprotect);
  }
}

/**
 * Without Svvptc: a TLB may keep that an entry was invalid, or permitted less, until a fence of its own hart. So the
 * handler of a fault fences its hart whether it changed the entry or not, and returns true: `update_mmu_cache`.
 */
export class RiscvFencingOps extends RiscvOps {
  override *ptepSetAccessFlags(
    vma: Vma,
    addr: Vaddr,
    ptep: Ptep,
    entry: PteWord,
    dirty: boolean,
  ): Step<boolean> {
    yield* super.ptepSetAccessFlags(vma, addr, ptep, entry, dirty);
    yield* this.m.tlb.localFlushTlbPage(vma, addr);
    return true;
  }
}
