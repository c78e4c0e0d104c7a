C plain-load-gup

(*
 * A lockless reader takes a reference to the page of an entry. A plain load may be
 * made again by the compiler: then what was present is not what names the page.
 *)

{ 1 page, anon, rw, clean; }

P0(pte_t *ptep)
{
	pte_t pte = ptep_get_lockless(ptep);
	struct folio *folio;

	if (!pte_present(pte))
		return;
	folio = try_grab_folio_fast(pte_page(pte), 1, FOLL_GET);
	if (folio)
		gup_put_folio(folio, 1, FOLL_GET);
}

P1(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	ptep_get_and_clear(mm, addr, ptep);
}

forbids UAF

variant plain-load breaks UAF {
-	pte_t pte = ptep_get_lockless(ptep);
+	pte_t pte = *ptep;
}
