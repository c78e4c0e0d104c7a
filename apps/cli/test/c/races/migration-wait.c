C migration-wait

{ 1 page, anon, exclusive, rw, clean; }

P0(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long addr, pte_t *ptep,
   spinlock_t *ptl, struct page *page, struct folio *folio)
{
	pte_t pteval, swp_pte;

	folio_lock(folio);
	spin_lock(ptl);
	pteval = ptep_clear_flush(vma, addr, ptep);
	if (pte_dirty(pteval))
		folio_mark_dirty(folio);
	swp_pte = swp_entry_to_pte(make_writable_migration_entry(page_to_pfn(page)));
	set_pte_at(mm, addr, ptep, swp_pte);
	spin_unlock(ptl);

	spin_lock(ptl);
	pteval = pte_mkold(mk_pte(page, vma->vm_page_prot));
	if (is_writable_migration_entry(pte_to_swp_entry(ptep_get(ptep))))
		pteval = pte_mkwrite(pteval, vma);
	if (folio_test_dirty(folio))
		pteval = pte_mkdirty(pteval);
	set_pte_at(mm, addr, ptep, pteval);
	spin_unlock(ptl);
	folio_unlock(folio);
}

P1(struct mm_struct *mm, unsigned long addr, pte_t *ptep, spinlock_t *ptl)
{
	pte_t pte;

again:
	pte = ptep_get(ptep);
	if (is_swap_pte(pte) && is_migration_entry(pte_to_swp_entry(pte))) {
		migration_entry_wait(mm, NULL, addr);
		goto again;
	}
}

P2(char __user *p)
{
	*p = 1;
}

forall (pte_present(*ptep))
forbids DIRTY, UAF

variant plain-store breaks DIRTY if hwDirty {
-	pteval = ptep_clear_flush(vma, addr, ptep);
+	pteval = ptep_get(ptep);
}
