C zap-gather

{ 2 pages, anon, exclusive, rw; }

P0(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	struct mmu_gather tlb;
	unsigned long addr = start;
	spinlock_t *ptl;
	pte_t *pte;

	tlb_gather_mmu(&tlb, mm);
	pte = pte_offset_map_lock(mm, NULL, addr, &ptl);
	do {
		pte_t ptent = ptep_get_and_clear_full(mm, addr, pte, tlb.fullmm);
		struct page *page;

		if (!pte_present(ptent))
			continue;
		tlb_remove_tlb_entry(&tlb, pte, addr);
		page = vm_normal_page(vma, addr, ptent);
		page_remove_rmap(page, vma, false);
		__tlb_remove_page(&tlb, page, 0);
	} while (pte++, addr += PAGE_SIZE, addr != end);
	pte_unmap_unlock(pte - 1, ptl);
	tlb_finish_mmu(&tlb);
}

P1(char __user *p)
{
	*p = 1;
}

forbids UAF

variant page-first breaks UAF {
-		__tlb_remove_page(&tlb, page, 0);
+		put_page(page);
}
