C ksm-write-protect

{ 1 page, anon, exclusive, rw, clean, pinned; int merged = 0; }

P0(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long addr, pte_t *ptep,
   spinlock_t *ptl, struct folio *folio, struct page *page)
{
	pte_t entry;
	int ok = 0;

	spin_lock(ptl);
	entry = ptep_clear_flush(vma, addr, ptep);
	if (folio_mapcount(folio) + 1 != folio_ref_count(folio)) {
		set_pte_at(mm, addr, ptep, entry);
		goto out;
	}
	if (pte_dirty(entry))
		set_page_dirty(page);
	entry = pte_mkclean(pte_wrprotect(entry));
	set_pte_at(mm, addr, ptep, entry);
	ok = 1;
out:
	spin_unlock(ptl);
}

P1(pte_t *ptep, struct folio *folio)
{
	pte_t pte;
	int pinned = 0;

	pte = ptep_get_lockless(ptep);
	if (!pte_present(pte) || !pte_write(pte))
		return;
	if (!folio_try_get(folio))
		return;
	if (!pte_same(pte, ptep_get(ptep))) {
		folio_put(folio);
		return;
	}
	pinned = 1;
}

exists (0:ok=1 /\ 1:pinned=1)

variant no-recheck breaks EXISTS {
-	if (!pte_same(pte, ptep_get(ptep))) {
-		folio_put(folio);
-		return;
-	}
}
