C notifier-retry

(* A second MMU maps what it found only if no invalidation began meanwhile. *)

struct second_mmu {
	spinlock_t lock;
	unsigned long seq;
	long busy;
	int spte;
};

{ 1 page, rw, clean; struct second_mmu mmu; }

static inline bool is_stale(struct second_mmu *mmu, unsigned long seq)
{
	return mmu->busy > 0 || mmu->seq != seq;
}

P0(struct second_mmu *mmu, struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl)
{
	spin_lock(&mmu->lock);
	mmu->busy++;
	mmu->spte = 0;
	spin_unlock(&mmu->lock);

	spin_lock(ptl);
	ptep_clear_flush(vma, addr, ptep);
	spin_unlock(ptl);

	spin_lock(&mmu->lock);
	mmu->seq++;
	smp_wmb();
	mmu->busy--;
	spin_unlock(&mmu->lock);
}

P1(struct second_mmu *mmu, pte_t *ptep)
{
	unsigned long seq = READ_ONCE(mmu->seq);
	pte_t pte;

	smp_rmb();
	pte = ptep_get_lockless(ptep);
	if (!pte_present(pte))
		return;
	spin_lock(&mmu->lock);
	if (!is_stale(mmu, seq))
		mmu->spte = 1;
	spin_unlock(&mmu->lock);
}

forbids (mmu.spte=1 /\ !pte_present(*ptep))

variant no-retry breaks EXISTS {
-	if (!is_stale(mmu, seq))
-		mmu->spte = 1;
+	mmu->spte = 1;
}
