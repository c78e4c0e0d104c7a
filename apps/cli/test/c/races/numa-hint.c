C numa-hint

(*
 * NUMA balancing makes an entry PROT_NONE; the fault makes it accessible again. Both
 * change it under the lock.
 *)

{ 1 page, anon, rw, clean; }

P0(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl)
{
	pte_t old, pte;

	spin_lock(ptl);
	old = ptep_modify_prot_start(vma, addr, ptep);
	pte = pte_modify(old, PAGE_NONE);
	ptep_modify_prot_commit(vma, addr, ptep, old, pte);
	spin_unlock(ptl);
	flush_tlb_page(vma, addr);
}

P1(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl)
{
	pte_t old, pte;

	spin_lock(ptl);
	old = ptep_get(ptep);
	if (pte_protnone(old)) {
		old = ptep_modify_prot_start(vma, addr, ptep);
		pte = pte_modify(old, vma->vm_page_prot);
		pte = pte_mkyoung(pte);
		pte = pte_mkwrite(pte, vma);
		ptep_modify_prot_commit(vma, addr, ptep, old, pte);
	}
	spin_unlock(ptl);
}

P2(char __user *p)
{
	*p = 1;
}

forbids DIRTY

variant loses-dirty breaks DIRTY {
-	pte = pte_modify(old, PAGE_NONE);
+	pte = pte_mkclean(pte_modify(old, PAGE_NONE));
}
