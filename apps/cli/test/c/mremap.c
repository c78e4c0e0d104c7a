static int move_ptes(struct vm_area_struct *vma, pmd_t *old_pmd, unsigned long from, unsigned long end,
		     struct vm_area_struct *new_vma, pmd_t *new_pmd, unsigned long to, bool locked)
{
	struct mm_struct *mm = vma->vm_mm;
	spinlock_t *old_ptl, *new_ptl;
	unsigned long start = from;
	pte_t *src, *dst;
	bool flush = false;
	int err = 0;

	if (locked)
		take_rmap_locks(vma);
	src = pte_offset_map_lock(mm, old_pmd, from, &old_ptl);
	if (!src) {
		err = -EAGAIN;
		goto unlock;
	}
	dst = pte_offset_map_nolock(mm, new_pmd, to, &new_ptl);
	if (!dst) {
		pte_unmap_unlock(src, old_ptl);
		err = -EAGAIN;
		goto unlock;
	}
	if (new_ptl != old_ptl)
		spin_lock_nested(new_ptl, SINGLE_DEPTH_NESTING);
	flush_tlb_batched_pending(mm);
	for (; from < end; from += PAGE_SIZE, to += PAGE_SIZE, src++, dst++) {
		pte_t pte;

		if (pte_none(ptep_get(src)))
			continue;
		pte = ptep_get_and_clear(mm, from, src);
		flush |= pte_present(pte);
		set_pte_at(mm, to, dst, move_soft_dirty_pte(move_pte(pte, from, to)));
	}
	if (flush)
		flush_tlb_range(vma, start, end);
	if (new_ptl != old_ptl)
		spin_unlock(new_ptl);
	pte_unmap(dst - 1);
	pte_unmap_unlock(src - 1, old_ptl);
unlock:
	if (locked)
		drop_rmap_locks(vma);
	return err;
}
