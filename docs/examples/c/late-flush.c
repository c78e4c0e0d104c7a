C late-flush

(*
 * A page goes back to the allocator while another CPU may still have its
 * translation. The flush has to come first.
 *)

{ 1 page, rw, dirty; }

P0(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl,
   struct page *page)
{
	pte_t pte;

	spin_lock(ptl);
	pte = ptep_get_and_clear(vma->vm_mm, addr, ptep);
	flush_tlb_page(vma, addr);
	spin_unlock(ptl);
	if (pte_present(pte))
		__free_page(page);
}

P1(char __user *p)
{
	*p = 1;
}

forbids UAF

variant flush-after-free breaks UAF {
-	flush_tlb_page(vma, addr);
	spin_unlock(ptl);
	if (pte_present(pte))
		__free_page(page);
+	flush_tlb_page(vma, addr);
}
variant no-flush breaks UAF {
-	flush_tlb_page(vma, addr);
}
