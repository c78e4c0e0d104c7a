C stash

(*
 * A batch of entries is removed, and one word says whether any of them was
 * dirty. It must remember all of them.
 *)

{ 2 pages, rw, clean; }

P0(struct mm_struct *mm, unsigned long addr, pte_t *ptep, spinlock_t *ptl,
   struct folio *folio)
{
	bool dirty = false;
	pte_t pte;
	int i;

	spin_lock(ptl);
	for (i = 0; i < 2; i++) {
		pte = ptep_get_and_clear(mm, addr + i * PAGE_SIZE, ptep + i);
		dirty |= pte_dirty(pte);
	}
	spin_unlock(ptl);
	if (dirty)
		folio_mark_dirty(folio);
}

P1(char __user *p)
{
	*p = 1;
}

forbids DIRTY

variant last-one-counts breaks DIRTY {
-		dirty |= pte_dirty(pte);
+		dirty = pte_dirty(pte);
}
