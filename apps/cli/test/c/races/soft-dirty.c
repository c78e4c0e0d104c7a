C soft-dirty

(*
 * /proc/PID/clear_refs: an entry is write-protected and its soft-dirty bit cleared,
 * so that the next store faults.
 *)

{ 1 page, anon, rw, dirty; }

P0(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl)
{
	pte_t old, pte;

	spin_lock(ptl);
	old = ptep_modify_prot_start(vma, addr, ptep);
	pte = pte_wrprotect(old);
	pte = pte_clear_soft_dirty(pte);
	ptep_modify_prot_commit(vma, addr, ptep, old, pte);
	spin_unlock(ptl);
	flush_tlb_mm(vma->vm_mm);
}

P1(char __user *p)
{
	*p = 1;
}

forbids PERM

variant no-flush breaks PERM {
-	flush_tlb_mm(vma->vm_mm);
}
