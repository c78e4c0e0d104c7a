C kmap-copy

(* A page is copied through its mapping of the kernel: no CPU may store to it any more. *)

{ 1 page, anon, rw, dirty; }

P0(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl, struct page *page)
{
	pte_t pte;
	void *kaddr;
	char buf[PAGE_SIZE];

	spin_lock(ptl);
	pte = ptep_clear_flush(vma, addr, ptep);
	spin_unlock(ptl);
	kaddr = kmap_local_page(page);
	memcpy(buf, kaddr, PAGE_SIZE);
	kunmap_local(kaddr);
	if (pte_dirty(pte))
		ClearPageDirty(page);
}

P1(char __user *p)
{
	*p = 1;
}

forbids DIRTY

variant no-flush breaks DIRTY {
-	pte = ptep_clear_flush(vma, addr, ptep);
+	pte = ptep_get_and_clear(vma->vm_mm, addr, ptep);
}
