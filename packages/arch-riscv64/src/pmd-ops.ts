/** Huge pages without Svvptc. */
import { GenericPmdOps, type Ptep, type PteWord, type Vaddr, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';

/**
 * `pmdp_set_access_flags` is `ptep_set_access_flags` there (arch/riscv/include/asm/pgtable.h, Linux 6.12): it returns true whether it
 * changed the entry or not, so that `touch_pmd` calls `update_mmu_cache_pmd`, which fences the own hart.
 */
export class RiscvFencingPmdOps extends GenericPmdOps {
  override *pmdpSetAccessFlags(
    vma: Vma,
    addr: Vaddr,
    pmdp: Ptep,
    entry: PteWord,
    dirty: boolean,
  ): Step<boolean> {
    yield* super.pmdpSetAccessFlags(vma, addr, pmdp, entry, dirty);
    yield* this.m.tlb.localFlushTlbPage(vma, addr);
    return true;
  }
}
