/* Operations on entries, written afresh: what the generic bodies do where hardware may change an entry. */

pte_t ptep_get(pte_t *ptep)
{
	return READ_ONCE(*ptep);
}

void set_pte_at(struct mm_struct *mm, unsigned long addr, pte_t *ptep, pte_t pte)
{
	set_ptes(mm, addr, ptep, pte, 1);
}

void set_ptes(struct mm_struct *mm, unsigned long addr, pte_t *ptep, pte_t pte, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		set_pte(ptep + i, pte_advance_pfn(pte, i));
}

pte_t ptep_get_and_clear(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	return __pte(xchg(&pte_val(*ptep), 0));
}

void ptep_clear(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	ptep_get_and_clear(mm, addr, ptep);
}

pte_t ptep_get_and_clear_full(struct mm_struct *mm, unsigned long addr, pte_t *ptep, int full)
{
	return ptep_get_and_clear(mm, addr, ptep);
}

static pte_t gathered(pte_t all, pte_t one)
{
	if (pte_dirty(one))
		all = pte_mkdirty(all);
	return pte_young(one) ? pte_mkyoung(all) : all;
}

pte_t get_and_clear_full_ptes(struct mm_struct *mm, unsigned long addr, pte_t *ptep,
			      unsigned int nr, int full)
{
	pte_t all = ptep_get_and_clear_full(mm, addr, ptep, full);

	while (--nr) {
		ptep++;
		addr += PAGE_SIZE;
		all = gathered(all, ptep_get_and_clear_full(mm, addr, ptep, full));
	}
	return all;
}

void clear_full_ptes(struct mm_struct *mm, unsigned long addr, pte_t *ptep, unsigned int nr, int full)
{
	do {
		ptep_get_and_clear_full(mm, addr, ptep, full);
		ptep++;
		addr += PAGE_SIZE;
	} while (--nr);
}

int ptep_test_and_clear_young(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep)
{
	pte_t old = READ_ONCE(*ptep), seen;

	for (;;) {
		seen = __pte(cmpxchg(&pte_val(*ptep), pte_val(old), pte_val(pte_mkold(old))));
		if (pte_same(seen, old))
			return pte_young(old);
		old = seen;
	}
}

int ptep_clear_flush_young(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep)
{
	int young = ptep_test_and_clear_young(vma, addr, ptep);

	if (young)
		flush_tlb_page(vma, addr);
	return young;
}

void ptep_set_wrprotect(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	unsigned long old = pte_val(READ_ONCE(*ptep));

	while (!try_cmpxchg(&pte_val(*ptep), &old, pte_val(pte_wrprotect(__pte(old)))))
		cpu_relax();
}

void wrprotect_ptes(struct mm_struct *mm, unsigned long addr, pte_t *ptep, unsigned int nr)
{
	while (nr--) {
		ptep_set_wrprotect(mm, addr, ptep++);
		addr += PAGE_SIZE;
	}
}

pte_t ptep_modify_prot_start(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep)
{
	return ptep_get_and_clear(vma->vm_mm, addr, ptep);
}

void ptep_modify_prot_commit(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep,
			     pte_t old, pte_t pte)
{
	set_pte_at(vma->vm_mm, addr, ptep, pte);
}

/* counters, flags and sequence counts */

void inc_tlb_flush_pending(struct mm_struct *mm)
{
	atomic_inc(&mm->tlb_flush_pending);
}

void dec_tlb_flush_pending(struct mm_struct *mm)
{
	atomic_dec(&mm->tlb_flush_pending);
}

bool mm_tlb_flush_nested(struct mm_struct *mm)
{
	return atomic_read(&mm->tlb_flush_pending) > 1;
}

void set_pte(pte_t *ptep, pte_t pte)
{
	WRITE_ONCE(*ptep, pte);
}

void pte_clear(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	WRITE_ONCE(*ptep, __pte(0));
}

void clear_not_present_full_ptes(struct mm_struct *mm, unsigned long addr, pte_t *ptep,
				 unsigned int nr, int full)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		pte_clear(mm, addr + i * PAGE_SIZE, ptep + i);
}

pte_t ptep_clear_flush(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep)
{
	pte_t pte = ptep_get_and_clear(vma->vm_mm, addr, ptep);

	if (pte_present(pte))
		flush_tlb_page(vma, addr);
	return pte;
}

void clear_young_dirty_ptes(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep,
			    unsigned int nr, cydp_t flags)
{
	pte_t pte;

	for (; nr--; ptep++, addr += PAGE_SIZE) {
		if (flags == CYDP_CLEAR_YOUNG) {
			ptep_test_and_clear_young(vma, addr, ptep);
			continue;
		}
		pte = ptep_get_and_clear(vma->vm_mm, addr, ptep);
		if (flags & CYDP_CLEAR_YOUNG)
			pte = pte_mkold(pte);
		if (flags & CYDP_CLEAR_DIRTY)
			pte = pte_mkclean(pte);
		set_pte_at(vma->vm_mm, addr, ptep, pte);
	}
}

pmd_t pmdp_get(pmd_t *pmdp)
{
	return READ_ONCE(*pmdp);
}

pmd_t pmdp_huge_get_and_clear(struct mm_struct *mm, unsigned long addr, pmd_t *pmdp)
{
	return __pmd(xchg(&pmd_val(*pmdp), 0));
}

int pmdp_test_and_clear_young(struct vm_area_struct *vma, unsigned long addr, pmd_t *pmdp)
{
	unsigned long old = pmd_val(READ_ONCE(*pmdp));

	while (!try_cmpxchg(&pmd_val(*pmdp), &old, pmd_val(pmd_mkold(__pmd(old)))))
		cpu_relax();
	return pmd_young(__pmd(old));
}

void pmdp_set_wrprotect(struct mm_struct *mm, unsigned long addr, pmd_t *pmdp)
{
	unsigned long old = pmd_val(READ_ONCE(*pmdp));

	while (!try_cmpxchg(&pmd_val(*pmdp), &old, pmd_val(pmd_wrprotect(__pmd(old)))))
		cpu_relax();
}

pte_t ptep_get_lockless(pte_t *ptep)
{
	return READ_ONCE(*ptep);
}

pmd_t pmdp_get_lockless(pmd_t *pmdp)
{
	return READ_ONCE(*pmdp);
}

void set_pmd_at(struct mm_struct *mm, unsigned long addr, pmd_t *pmdp, pmd_t pmd)
{
	WRITE_ONCE(*pmdp, pmd);
}

void pmd_clear(pmd_t *pmdp)
{
	WRITE_ONCE(*pmdp, __pmd(0));
}

pmd_t pmdp_huge_clear_flush(struct vm_area_struct *vma, unsigned long addr, pmd_t *pmdp)
{
	pmd_t pmd = pmdp_huge_get_and_clear(vma->vm_mm, addr, pmdp);

	flush_tlb_range(vma, addr, addr + PAGE_SIZE);
	return pmd;
}
