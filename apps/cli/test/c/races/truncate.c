C truncate

(* Whoever maps a page of a file looks, under its lock, whether it is still one of the file. *)

{ 1 page, file, empty; int truncated = 0; }

P0(struct vm_area_struct *vma, struct address_space *mapping, unsigned long addr, pte_t *ptep, spinlock_t *ptl, struct folio *folio, int *truncated)
{
	pte_t pte;

	folio_lock(folio);
	WRITE_ONCE(*truncated, 1);
	spin_lock(ptl);
	pte = ptep_get(ptep);
	if (pte_present(pte)) {
		pte = ptep_clear_flush(vma, addr, ptep);
		folio_remove_rmap_pte(folio, folio_page(folio, 0), vma);
		folio_put(folio);
	}
	spin_unlock(ptl);
	folio_unlock(folio);
}

P1(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl, struct folio *folio, int *truncated)
{
	folio_lock(folio);
	if (READ_ONCE(*truncated)) {
		folio_unlock(folio);
		return;
	}
	folio_get(folio);
	spin_lock(ptl);
	if (pte_none(ptep_get(ptep))) {
		folio_add_file_rmap_pte(folio, folio_page(folio, 0), vma);
		set_pte_at(vma->vm_mm, addr, ptep, mk_pte(folio_page(folio, 0), vma->vm_page_prot));
	}
	spin_unlock(ptl);
	folio_unlock(folio);
}

forbids (truncated = 1 /\ pte_present(*ptep))

variant no-recheck breaks EXISTS {
-	if (READ_ONCE(*truncated)) {
-		folio_unlock(folio);
-		return;
-	}
}
