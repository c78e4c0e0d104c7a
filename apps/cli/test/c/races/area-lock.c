C area-lock

(* A fault holds the lock of its area, and so does who changes the flags. *)

{ 1 page, empty, anon; }

P0(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl)
{
	mmap_write_lock(mm);
	vma_start_write(vma);
	vm_flags_clear(vma, VM_WRITE);
	spin_lock(ptl);
	if (pte_present(ptep_get(ptep)))
		ptep_set_wrprotect(mm, addr, ptep);
	spin_unlock(ptl);
	flush_tlb_page(vma, addr);
	mmap_write_unlock(mm);
}

P1(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl, struct page *page)
{
	pte_t pte;

	if (!vma_start_read(vma))
		return;
	pte = mk_pte(page, vma->vm_page_prot);
	if (vma->vm_flags & VM_WRITE)
		pte = pte_mkwrite(pte_mkdirty(pte), vma);
	spin_lock(ptl);
	if (pte_none(ptep_get(ptep)))
		set_pte_at(mm, addr, ptep, pte);
	spin_unlock(ptl);
	vma_end_read(vma);
}

forbids (pte_write(*ptep) /\ !(vma->vm_flags & VM_WRITE))

variant no-vma-lock breaks EXISTS {
-	vma_start_write(vma);
}
