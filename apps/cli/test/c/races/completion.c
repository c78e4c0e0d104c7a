C completion

(* A page is freed when the one who unmapped it says that it has flushed. *)

{ 1 page, rw, clean; struct completion done; }

P0(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl, struct completion *done)
{
	spin_lock(ptl);
	ptep_get_and_clear(vma->vm_mm, addr, ptep);
	spin_unlock(ptl);
	flush_tlb_page(vma, addr);
	complete(done);
}

P1(struct page *page, struct completion *done)
{
	wait_for_completion(done);
	__free_page(page);
}

P2(char __user *p)
{
	READ_ONCE(*p);
}

forbids UAF

variant early breaks UAF {
-	flush_tlb_page(vma, addr);
-	complete(done);
+	complete(done);
+	flush_tlb_page(vma, addr);
}
