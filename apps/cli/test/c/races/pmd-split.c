C pmd-split

(*
 * A huge page is split: the pmd is made invalid, the dirty bit is taken over, then
 * a table of small entries takes its place.
 *)

{ 1 huge page, anon, rw, clean; }

P0(struct vm_area_struct *vma, unsigned long addr, pmd_t *pmd, spinlock_t *ptl, struct folio *folio)
{
	pmd_t old;

	spin_lock(ptl);
	old = pmdp_invalidate(vma, addr, pmd);
	if (pmd_dirty(old))
		folio_mark_dirty(folio);
	spin_unlock(ptl);
}

P1(char __user *p)
{
	*p = 1;
}

forbids DIRTY

variant read-first breaks DIRTY if hwDirty {
-	old = pmdp_invalidate(vma, addr, pmd);
+	old = pmdp_get(pmd);
+	pmd_clear(pmd);
+	flush_pmd_tlb_range(vma, addr, addr + HPAGE_PMD_SIZE);
}
