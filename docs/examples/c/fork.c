C fork

(*
 * Fork takes the write permission from the parent's entry and gives the child
 * a copy. The hardware may make the parent's entry dirty meanwhile, and a CPU
 * may have it cached as writable.
 *)

{ 1 page, anon, rw, clean; child; }

P0(struct vm_area_struct *src_vma, struct vm_area_struct *dst_vma,
   unsigned long src_addr, unsigned long dst_addr,
   pte_t *src_pte, pte_t *dst_pte, spinlock_t *ptl)
{
	pte_t pte;

	spin_lock(ptl);
	pte = ptep_get(src_pte);
	ptep_set_wrprotect(src_vma->vm_mm, src_addr, src_pte);
	pte = pte_mkold(pte_mkclean(pte_wrprotect(pte)));
	set_pte_at(dst_vma->vm_mm, dst_addr, dst_pte, pte);
	flush_tlb_page(src_vma, src_addr);
	spin_unlock(ptl);
}

P1(char __user *p)
{
	*p = 1;
}

forbids DIRTY, PERM

variant plain-store breaks DIRTY if hwDirty {
-	ptep_set_wrprotect(src_vma->vm_mm, src_addr, src_pte);
+	set_pte_at(src_vma->vm_mm, src_addr, src_pte, pte_wrprotect(pte));
}
