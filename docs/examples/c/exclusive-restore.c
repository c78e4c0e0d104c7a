C exclusive-restore

(*
 * A fault found an entry that says that a device has the page, and dropped the
 * page-table lock. Before it maps the page again it has to look whether the
 * entry is still the same: meanwhile the page may have been freed.
 *)

{ 1 page, device-exclusive; }

P0(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl,
   struct page *page)
{
	struct mm_struct *mm = vma->vm_mm;
	pte_t orig, pte;

	spin_lock(ptl);
	orig = ptep_get(ptep);
	spin_unlock(ptl);
	if (pte_none(orig))
		return;
	pte = pte_mkwrite(pte_mkdirty(mk_pte(page, vma->vm_page_prot)), vma);
	spin_lock(ptl);
	if (pte_same(ptep_get(ptep), orig))
		set_pte_at(mm, addr, ptep, pte);
	spin_unlock(ptl);
}

P1(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl,
   struct page *page)
{
	pte_t pte;

	spin_lock(ptl);
	pte = ptep_clear_flush(vma, addr, ptep);
	spin_unlock(ptl);
	if (!pte_none(pte))
		__free_page(page);
}

P2(char __user *p)
{
	*p = 1;
}

forbids UAF

variant no-second-look breaks UAF {
-	if (pte_same(ptep_get(ptep), orig))
-		set_pte_at(mm, addr, ptep, pte);
+	set_pte_at(mm, addr, ptep, pte);
}
