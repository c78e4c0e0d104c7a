C as-dirty

(*
 * A driver cleans the entries of a mapping and copies the pages that were
 * dirty. A CPU that has an entry cached as dirty stores without telling, so
 * the flush has to come before the copy.
 *)

{ 1 page, file, rw, clean; }

P0(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl,
   struct page *page)
{
	pte_t old, pte;

	spin_lock(ptl);
	old = ptep_modify_prot_start(vma, addr, ptep);
	pte = pte_mkclean(old);
	ptep_modify_prot_commit(vma, addr, ptep, old, pte);
	flush_tlb_page(vma, addr);
	spin_unlock(ptl);
	if (pte_dirty(old))
		memcpy_from_page(NULL, page, 0, PAGE_SIZE);
}

P1(char __user *p)
{
	*p = 1;
	*p = 1;
}

forbids DIRTY

variant no-flush breaks DIRTY {
-	flush_tlb_page(vma, addr);
}
variant value-read-before breaks DIRTY if hwDirty {
-	old = ptep_modify_prot_start(vma, addr, ptep);
-	pte = pte_mkclean(old);
-	ptep_modify_prot_commit(vma, addr, ptep, old, pte);
+	old = ptep_get(ptep);
+	pte = pte_mkclean(old);
+	set_pte_at(vma->vm_mm, addr, ptep, pte);
}
