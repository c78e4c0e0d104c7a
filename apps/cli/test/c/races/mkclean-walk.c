C mkclean-walk

(* Writeback: clean every mapping of a folio by an rmap walk, then copy it out. *)

{ 1 page, file, shared, rw, dirty; }

static int my_mkclean_one(struct folio *folio, struct vm_area_struct *vma,
			  unsigned long address)
{
	DEFINE_FOLIO_VMA_WALK(pvmw, folio, vma, address, PVMW_SYNC);
	int cleaned = 0;

	while (page_vma_mapped_walk(&pvmw)) {
		unsigned long addr = pvmw.address;
		pte_t *ptep = pvmw.pte;
		pte_t entry = ptep_get(ptep);

		if (!pte_dirty(entry) && !pte_write(entry))
			continue;

		flush_cache_page(vma, addr, pte_pfn(entry));
		entry = ptep_clear_flush(vma, addr, ptep);
		entry = pte_wrprotect(entry);
		entry = pte_mkclean(entry);
		set_pte_at(vma->vm_mm, addr, ptep, entry);
		cleaned++;
	}
	return cleaned;
}

P0(struct folio *folio, struct page *page, struct vm_area_struct *vma, unsigned long addr)
{
	folio_lock(folio);
	if (my_mkclean_one(folio, vma, addr))
		folio_mark_dirty(folio);
	if (folio_clear_dirty_for_io(folio))
		memcpy_from_page(NULL, page, 0, PAGE_SIZE);
	folio_unlock(folio);
}

P1(char __user *p)
{
	*p = 1;
	*p = 2;
}

forbids DIRTY

variant no-flush breaks DIRTY {
-		entry = ptep_clear_flush(vma, addr, ptep);
+		entry = ptep_get_and_clear(vma->vm_mm, addr, ptep);
}
