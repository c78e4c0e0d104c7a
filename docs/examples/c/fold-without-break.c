C fold-without-break

(*
 * Entries of a naturally aligned run become one contiguous block. Where the
 * architecture demands break before make, they must be invalid in between, and
 * no TLB may have them.
 *)

{ 4 pages, rw, clean; }

P0(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl)
{
	struct mm_struct *mm = vma->vm_mm;
	pte_t pte, all;
	int i;

	spin_lock(ptl);
	all = __ptep_get_and_clear(mm, addr, ptep);
	for (i = 1; i < 4; i++) {
		pte = __ptep_get_and_clear(mm, addr + i * PAGE_SIZE, ptep + i);
		if (pte_dirty(pte))
			all = pte_mkdirty(all);
		if (pte_young(pte))
			all = pte_mkyoung(all);
	}
	flush_tlb_range(vma, addr, addr + 4 * PAGE_SIZE);
	for (i = 0; i < 4; i++)
		__set_pte(ptep + i, pte_mkcont(pte_advance_pfn(all, i)));
	spin_unlock(ptl);
}

P1(char __user *p)
{
	*p = 1;
}

forbids CONT

variant no-break breaks CONT if breakBeforeMake {
	P0(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl)
	{
		int i;

		spin_lock(ptl);
		for (i = 0; i < 4; i++)
			__set_pte(ptep + i, pte_mkcont(__ptep_get(ptep + i)));
		spin_unlock(ptl);
	}
}
