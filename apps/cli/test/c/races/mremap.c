C mremap

(*
 * move_ptes: an entry moves to another place while user code stores through the old
 * one. The old place must be out of all TLBs before the lock is dropped.
 *)

{ 1 page, anon, rw, clean; child; }

P0(struct vm_area_struct *vma, struct vm_area_struct *dst_vma, unsigned long old_addr, unsigned long dst_addr,
   pte_t *old_pte, pte_t *dst_pte, spinlock_t *ptl)
{
	struct mm_struct *mm = vma->vm_mm;
	bool force_flush = false;
	pte_t pte;

	spin_lock(ptl);
	pte = ptep_get_and_clear(mm, old_addr, old_pte);
	if (pte_present(pte))
		force_flush = true;
	pte = move_pte(pte, old_addr, dst_addr);
	pte = move_soft_dirty_pte(pte);
	set_pte_at(dst_vma->vm_mm, dst_addr, dst_pte, pte);
	if (force_flush)
		flush_tlb_range(vma, old_addr, old_addr + PAGE_SIZE);
	spin_unlock(ptl);
}

P1(char __user *p)
{
	*p = 1;
}

forbids STALE, DIRTY

variant no-flush breaks STALE {
-	if (force_flush)
-		flush_tlb_range(vma, old_addr, old_addr + PAGE_SIZE);
}
