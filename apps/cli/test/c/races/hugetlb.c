C hugetlb-fork

(* fork write-protects a hugetlb entry of the parent; user code goes on storing. *)

{ 1 page, hugetlb, rw, clean, file; }

P0(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long addr, pte_t *ptep,
   spinlock_t *ptl, struct page *page)
{
	pte_t entry;

	spin_lock(ptl);
	entry = huge_ptep_get(mm, addr, ptep);
	if (huge_pte_write(entry))
		huge_ptep_set_wrprotect(mm, addr, ptep);
	entry = huge_ptep_get(mm, addr, ptep);
	flush_tlb_range(vma, addr, addr + HPAGE_SIZE);
	spin_unlock(ptl);
	if (huge_pte_dirty(entry))
		set_page_dirty(page);
}

P1(char __user *p)
{
	*p = 1;
}

forbids DIRTY

variant read-then-store breaks DIRTY if hwDirty {
-	if (huge_pte_write(entry))
-		huge_ptep_set_wrprotect(mm, addr, ptep);
-	entry = huge_ptep_get(mm, addr, ptep);
+	set_huge_pte_at(mm, addr, ptep, huge_pte_wrprotect(entry), huge_page_size(hstate_vma(vma)));
}
