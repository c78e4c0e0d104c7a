C migrate-copy

(* A page is copied to a new one while its entry is one of migration. *)

{ 1 page, anon, exclusive, rw, dirty; }

static bool try_to_migrate(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl, struct page *subpage)
{
	struct mm_struct *mm = vma->vm_mm;
	swp_entry_t entry;
	pte_t pteval, swp_pte;

	spin_lock(ptl);
	pteval = ptep_clear_flush(vma, addr, ptep);
	if (pte_dirty(pteval))
		folio_mark_dirty(page_folio(subpage));
	if (pte_write(pteval))
		entry = make_writable_migration_entry(page_to_pfn(subpage));
	else
		entry = make_readable_migration_entry(page_to_pfn(subpage));
	if (pte_young(pteval))
		entry = make_migration_entry_young(entry);
	if (pte_dirty(pteval))
		entry = make_migration_entry_dirty(entry);
	swp_pte = swp_entry_to_pte(entry);
	if (pte_uffd_wp(pteval))
		swp_pte = pte_swp_mkuffd_wp(swp_pte);
	set_pte_at(mm, addr, ptep, swp_pte);
	spin_unlock(ptl);
	return true;
}

static void remove_migration_pte(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl, struct page *new)
{
	pte_t old_pte, pte;
	swp_entry_t entry;

	spin_lock(ptl);
	old_pte = ptep_get(ptep);
	entry = pte_to_swp_entry(old_pte);
	pte = mk_pte(new, READ_ONCE(vma->vm_page_prot));
	if (!is_migration_entry_young(entry))
		pte = pte_mkold(pte);
	if (folio_test_dirty(page_folio(new)) && is_migration_entry_dirty(entry))
		pte = pte_mkdirty(pte);
	if (is_writable_migration_entry(entry))
		pte = pte_mkwrite(pte, vma);
	set_pte_at(vma->vm_mm, addr, ptep, pte);
	update_mmu_cache(vma, addr, ptep);
	spin_unlock(ptl);
}

P0(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl, struct page *page)
{
	struct page *newpage;

	if (!try_to_migrate(vma, addr, ptep, ptl, page))
		return;
	newpage = alloc_page(GFP_KERNEL);
	copy_highpage(newpage, page);
	remove_migration_pte(vma, addr, ptep, ptl, newpage);
	put_page(page);
}

P1(char __user *p)
{
	*p = 1;
}

forbids DIRTY, UAF

variant no-flush breaks UAF {
-	pteval = ptep_clear_flush(vma, addr, ptep);
+	pteval = ptep_get_and_clear(mm, addr, ptep);
}
