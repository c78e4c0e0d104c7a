C seqcount-gup-fast

(*
 * GUP-fast checks write_protect_seq around its walk: fork write-protects entries while
 * the count is odd, so a pin that was taken in between is dropped again.
 *)

{ 1 page, anon, exclusive, rw, dirty; seqcount_t seq; int pinned = 0; int shared = 0; }

P0(struct mm_struct *mm, unsigned long addr, pte_t *ptep, spinlock_t *ptl,
   seqcount_t *seq, int *pinned, int *shared)
{
	raw_write_seqcount_begin(seq);
	spin_lock(ptl);
	if (!READ_ONCE(*pinned)) {
		ptep_set_wrprotect(mm, addr, ptep);
		WRITE_ONCE(*shared, 1);
	}
	spin_unlock(ptl);
	raw_write_seqcount_end(seq);
}

P1(pte_t *ptep, seqcount_t *seq, int *pinned, int *shared)
{
	unsigned int start;
	pte_t pte;
	int got = 0;

	start = raw_read_seqcount(seq);
	if (start & 1)
		return;
	pte = ptep_get_lockless(ptep);
	if (!pte_write(pte))
		return;
	WRITE_ONCE(*pinned, 1);
	smp_mb();
	if (!pte_same(pte, ptep_get(ptep))) {
		WRITE_ONCE(*pinned, 0);
		return;
	}
	if (read_seqcount_retry(seq, start)) {
		WRITE_ONCE(*pinned, 0);
		return;
	}
	got = 1;
}

forbids (1:got = 1 /\ shared = 1)

variant no-retry breaks EXISTS {
-	if (read_seqcount_retry(seq, start)) {
-		WRITE_ONCE(*pinned, 0);
-		return;
-	}
}
