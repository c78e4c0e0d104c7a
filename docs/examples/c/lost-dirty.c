C lost-dirty

(*
 * An entry is removed while user code stores through it. The hardware may set
 * the dirty bit at any time until the entry is gone, so reading and clearing
 * must be one step.
 *)

{ 1 page, rw, clean; }

P0(struct mm_struct *mm, unsigned long addr, pte_t *ptep, spinlock_t *ptl,
   struct page *page)
{
	pte_t pte;

	spin_lock(ptl);
	pte = ptep_get_and_clear(mm, addr, ptep);
	spin_unlock(ptl);
	if (pte_dirty(pte))
		set_page_dirty(page);
}

P1(char __user *p)
{
	*p = 1;
}

forbids DIRTY

variant read-then-clear breaks DIRTY if hwDirty {
-	pte = ptep_get_and_clear(mm, addr, ptep);
+	pte = ptep_get(ptep);
+	pte_clear(mm, addr, ptep);
}
