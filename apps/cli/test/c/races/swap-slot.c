C swap-slot

(*
 * do_swap_page drops the lock between reading the swap entry and mapping the page:
 * it must look again, since the slot may have been freed and used anew.
 *)

{ 1 page, anon, rw, clean; int slot = 1; int freed = 0; }

P0(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl, struct page *page, int *slot)
{
	pte_t orig, pte;
	int mapped = 0;

	spin_lock(ptl);
	orig = ptep_clear_flush(vma, addr, ptep);
	set_pte_at(vma->vm_mm, addr, ptep, swp_entry_to_pte(swp_entry(0, 1)));
	spin_unlock(ptl);

	orig = ptep_get_lockless(ptep);
	if (!is_swap_pte(orig))
		return;
	spin_lock(ptl);
	if (pte_same(ptep_get(ptep), orig)) {
		mapped = READ_ONCE(*slot);
		set_pte_at(vma->vm_mm, addr, ptep, mk_pte(page, vma->vm_page_prot));
	}
	spin_unlock(ptl);
}

P1(struct mm_struct *mm, unsigned long addr, pte_t *ptep, spinlock_t *ptl, int *slot, int *freed)
{
	pte_t pte;

	spin_lock(ptl);
	pte = ptep_get(ptep);
	if (is_swap_pte(pte)) {
		pte_clear(mm, addr, ptep);
		WRITE_ONCE(*freed, 1);
		WRITE_ONCE(*slot, 2);
	}
	spin_unlock(ptl);
}

forbids (0:mapped = 2)

variant no-second-look breaks EXISTS {
-	if (pte_same(ptep_get(ptep), orig)) {
+	{
}
