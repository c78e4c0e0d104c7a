/** The operations on hugetlb entries. */
import type { PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import type { Vaddr } from '../units.js';
import type { Mm, Ptep, Vma } from './handles.js';

/**
 * `huge_ptep_*`. `sz` is the size of the page in bytes; in the model, `PAGE_SIZE` for each of its entries.
 *
 * @kernel include/asm-generic/hugetlb.h, include/linux/hugetlb.h
 */
export interface HugePteOps {
  /** Read an entry under the page-table lock. @kernel huge_ptep_get */
  hugePtepGet(mm: Mm, addr: Vaddr, ptep: Ptep): Step<PteWord>;

  /** Store the entry of a page of `sz` bytes. @kernel set_huge_pte_at */
  setHugePteAt(mm: Mm, addr: Vaddr, ptep: Ptep, pte: PteWord, sz: number): Step<void>;

  /** Empty the entry of a page that is gone already. @kernel huge_pte_clear */
  hugePteClear(mm: Mm, addr: Vaddr, ptep: Ptep, sz: number): Step<void>;

  /** Empty an entry and return it. No flush. @kernel huge_ptep_get_and_clear */
  hugePtepGetAndClear(mm: Mm, addr: Vaddr, ptep: Ptep, sz: number): Step<PteWord>;

  /** Empty an entry, flush, return it. @kernel huge_ptep_clear_flush */
  hugePtepClearFlush(vma: Vma, addr: Vaddr, ptep: Ptep): Step<PteWord>;

  /** Take the write permission away; dirty is kept. No flush. @kernel huge_ptep_set_wrprotect */
  hugePtepSetWrprotect(mm: Mm, addr: Vaddr, ptep: Ptep): Step<void>;

  /** Make an entry more permissive, never less. @kernel huge_ptep_set_access_flags */
  hugePtepSetAccessFlags(vma: Vma, addr: Vaddr, ptep: Ptep, pte: PteWord, dirty: boolean): Step<boolean>;

  /** Take an entry out for a change of protection. @kernel huge_ptep_modify_prot_start */
  hugePtepModifyProtStart(vma: Vma, addr: Vaddr, ptep: Ptep): Step<PteWord>;

  /** Put the changed entry back. @kernel huge_ptep_modify_prot_commit */
  hugePtepModifyProtCommit(vma: Vma, addr: Vaddr, ptep: Ptep, old: PteWord, pte: PteWord): Step<void>;
}
