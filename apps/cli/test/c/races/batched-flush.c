C batched-flush

(*
 * Reclaim clears the entry, remembers that a flush is due, and flushes all at once
 * before it gives back the page.
 *)

{ 1 page, file, rw, clean; }

P0(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl,
   struct page *page, struct folio *folio)
{
	struct mm_struct *mm = vma->vm_mm;
	pte_t pte;

	spin_lock(ptl);
	pte = ptep_get_and_clear(mm, addr, ptep);
	set_tlb_ubc_flush_pending(mm, pte, addr);
	if (pte_dirty(pte))
		folio_mark_dirty(folio);
	folio_remove_rmap_pte(folio, page, vma);
	spin_unlock(ptl);
	try_to_unmap_flush();
	__free_page(page);
}

P1(char __user *p)
{
	*p = 1;
}

forbids UAF

variant no-flush breaks UAF {
-	try_to_unmap_flush();
}
