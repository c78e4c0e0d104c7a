C writeback

(*
 * Writeback cleans the entry before it copies the page, and a store that comes
 * later makes it dirty again. Truncation waits for writeback.
 *)

{ 1 page, file, rw, clean; }

P0(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl,
   struct page *page, struct folio *folio)
{
	struct mmu_gather tlb;
	pte_t old;

	folio_lock(folio);
	folio_start_writeback(folio);
	folio_unlock(folio);
	tlb_gather_mmu(&tlb, vma->vm_mm);
	spin_lock(ptl);
	old = ptep_modify_prot_start(vma, addr, ptep);
	ptep_modify_prot_commit(vma, addr, ptep, old, pte_mkclean(pte_wrprotect(old)));
	tlb_flush_pte_range(&tlb, addr, PAGE_SIZE);
	spin_unlock(ptl);
	tlb_finish_mmu(&tlb);
	if (pte_dirty(old))
		memcpy_from_page(NULL, page, 0, PAGE_SIZE);
	folio_end_writeback(folio);
}

P1(char __user *p)
{
	*p = 1;
}

forbids DIRTY

variant no-flush breaks DIRTY {
-	tlb_flush_pte_range(&tlb, addr, PAGE_SIZE);
}
