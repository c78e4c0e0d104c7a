C lazyfree

(*
 * Reclaim drops a lazily freed page if nobody has stored to it since. Whether
 * it is dirty may be asked only when no CPU can store any more.
 *)

{ 1 page, lazyfree, rw, clean; }

P0(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl,
   struct folio *folio)
{
	struct page *page = folio_page(folio, 0);
	pte_t pte;

	spin_lock(ptl);
	pte = ptep_clear_flush(vma, addr, ptep);
	if (pte_dirty(pte))
		set_pte_at(vma->vm_mm, addr, ptep, pte);
	else
		folio_remove_rmap_pte(folio, page, vma);
	spin_unlock(ptl);
}

P1(char __user *p)
{
	*p = 1;
}

forbids DIRTY

variant look-first breaks DIRTY if hwDirty {
-	pte = ptep_clear_flush(vma, addr, ptep);
-	if (pte_dirty(pte))
-		set_pte_at(vma->vm_mm, addr, ptep, pte);
-	else
-		folio_remove_rmap_pte(folio, page, vma);
+	pte = ptep_get(ptep);
+	if (!pte_dirty(pte)) {
+		ptep_clear_flush(vma, addr, ptep);
+		folio_remove_rmap_pte(folio, page, vma);
+	}
}
