C gup-plain-read

(*
 * A lockless reader decides by one read of the entry and uses another. A
 * plain load may be made twice by the compiler; a marked one may not.
 *)

{ 1 page, rw, clean; }

P0(pte_t *ptep)
{
	pte_t pte = ptep_get_lockless(ptep);
	unsigned long pfn = 1;
	int present = 0;

	if (pte_present(pte)) {
		present = 1;
		pfn = pte_pfn(pte);
	}
}

P1(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	ptep_get_and_clear(mm, addr, ptep);
}

forbids (0:present = 1 /\ 0:pfn = 0)

variant plain-load breaks EXISTS {
-	pte_t pte = ptep_get_lockless(ptep);
+	pte_t pte = *ptep;
}
