C mprotect-vs-fault

{ 1 page, anon, exclusive, ro; }

P0(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long addr, pte_t *ptep)
{
	spinlock_t *ptl;
	pte_t *pte, old;

	if (mmap_write_lock_killable(mm))
		return;
	vm_flags_clear(vma, VM_WRITE);
	pte = pte_offset_map_lock(mm, NULL, addr, &ptl);
	old = ptep_modify_prot_start(vma, addr, pte);
	ptep_modify_prot_commit(vma, addr, pte, old, pte_wrprotect(old));
	flush_tlb_page(vma, addr);
	pte_unmap_unlock(pte, ptl);
	mmap_write_unlock(mm);
}

P1(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long addr, pte_t *ptep,
   spinlock_t *ptl)
{
	pte_t entry;

	mmap_read_lock(mm);
	if (vma->vm_flags & VM_WRITE) {
		spin_lock(ptl);
		entry = ptep_get(ptep);
		entry = maybe_mkwrite(pte_mkdirty(pte_mkyoung(entry)), vma);
		if (ptep_set_access_flags(vma, addr, ptep, entry, 1))
			update_mmu_cache(vma, addr, ptep);
		spin_unlock(ptl);
	}
	mmap_read_unlock(mm);
}

forbids (pte_write(*ptep) && !(vma->vm_flags & VM_WRITE))

variant lockless-fault breaks EXISTS {
-	mmap_read_lock(mm);
-	mmap_read_unlock(mm);
+
}
