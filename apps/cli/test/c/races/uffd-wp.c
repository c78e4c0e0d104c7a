C uffd-wp

(*
 * userfaultfd write-protects a page, and reads it when no CPU can store any more.
 *)

{ 1 page, anon, rw, clean; int copied = 0; }

P0(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl)
{
	pte_t old, pte;

	spin_lock(ptl);
	old = ptep_modify_prot_start(vma, addr, ptep);
	pte = pte_mkuffd_wp(old);
	ptep_modify_prot_commit(vma, addr, ptep, old, pte);
	flush_tlb_page(vma, addr);
	spin_unlock(ptl);
}

P1(char __user *p)
{
	*p = 1;
}

forbids PERM
forbids (pte_write(*ptep) && pte_uffd_wp(*ptep))

variant no-flush breaks PERM if uffdWp {
-	flush_tlb_page(vma, addr);
}
