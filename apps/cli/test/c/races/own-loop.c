C own-loop

(* A loop macro of the file, and an array that is cleared with memset(). *)

#define NR 2
#define for_each_entry(p, i, nr) \
	for ((i) = 0; (i) < (nr); (i)++, (p)++)

{ 2 pages, rw, clean; }

P0(struct mm_struct *mm, unsigned long addr, pte_t *ptep, spinlock_t *old_ptl, struct folio *folio)
{
	bool dirty[2];
	int i;

	memset(dirty, 0, sizeof(dirty));
	spin_lock(old_ptl);
	for_each_entry(ptep, i, NR) {
		pte_t old = ptep_get_and_clear(mm, addr + i * PAGE_SIZE, ptep);

		if (!pte_present(old))
			continue;
		dirty[i] = pte_dirty(old);
	}
	spin_unlock(old_ptl);
	if (dirty[0] || dirty[1])
		folio_mark_dirty(folio);
}

P1(char __user *p)
{
	*p = 1;
}

forbids DIRTY

variant last-one-counts breaks DIRTY {
-		dirty[i] = pte_dirty(old);
+		dirty[0] = dirty[1] = pte_dirty(old);
}
