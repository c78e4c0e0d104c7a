C plain-load-lookup

(*
 * The same with the functions that look a page up for an area: whatever uses a page
 * that no entry has had ends the race.
 *)

{ 1 page, anon, rw, clean; }

P0(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep)
{
	pte_t pte = ptep_get_lockless(ptep);
	struct page *page;

	if (!pte_present(pte))
		return;
	page = vm_normal_page(vma, addr, pte);
	if (page && get_page_unless_zero(page))
		put_page(page);
}

P1(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	ptep_get_and_clear(mm, addr, ptep);
}

forbids UAF

variant plain-load breaks UAF {
-	pte_t pte = ptep_get_lockless(ptep);
+	pte_t pte = *ptep;
}

variant by-folio breaks UAF {
-	pte_t pte = ptep_get_lockless(ptep);
+	pte_t pte = *ptep;

-	if (page && get_page_unless_zero(page))
-		put_page(page);
+	if (page && folio_mapped(page_folio(page)))
+		page = NULL;
}

variant by-number breaks UAF {
-	pte_t pte = ptep_get_lockless(ptep);
+	pte_t pte = *ptep;

-	page = vm_normal_page(vma, addr, pte);
-	if (page && get_page_unless_zero(page))
-		put_page(page);
+	page = pfn_to_page(pte_pfn(pte));
+	SetPageDirty(page);
}
