C migration-entry

(*
 * Migration replaces an entry by a migration entry, and must carry over what the
 * hardware has remembered: whether the page is dirty.
 *)

{ 1 page, anon, rw, clean; }

P0(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl,
   struct page *page, struct folio *folio)
{
	swp_entry_t entry;
	pte_t pte, swp;

	spin_lock(ptl);
	pte = ptep_clear_flush(vma, addr, ptep);
	if (pte_dirty(pte))
		folio_mark_dirty(folio);
	if (pte_write(pte))
		entry = make_writable_migration_entry(page_to_pfn(page));
	else
		entry = make_readable_migration_entry(page_to_pfn(page));
	swp = swp_entry_to_pte(entry);
	set_pte_at(vma->vm_mm, addr, ptep, swp);
	spin_unlock(ptl);

	spin_lock(ptl);
	pte = ptep_get(ptep);
	if (is_swap_pte(pte) && is_migration_entry(pte_to_swp_entry(pte))) {
		pte_t new = mk_pte(page, READ_ONCE(vma->vm_page_prot));

		if (is_writable_migration_entry(pte_to_swp_entry(pte)))
			new = pte_mkwrite(new, vma);
		if (folio_test_dirty(folio))
			new = pte_mkdirty(new);
		set_pte_at(vma->vm_mm, addr, ptep, new);
	}
	spin_unlock(ptl);
}

P1(char __user *p)
{
	*p = 1;
}

forbids DIRTY, UAF

variant forgets-dirty breaks DIRTY {
-	if (pte_dirty(pte))
-		folio_mark_dirty(folio);
-	if (pte_write(pte))
+	if (pte_write(pte))
}
variant no-exchange breaks DIRTY if hwDirty {
-	pte = ptep_clear_flush(vma, addr, ptep);
+	pte = ptep_get(ptep);
+	pte_clear(vma->vm_mm, addr, ptep);
+	flush_tlb_page(vma, addr);
}
