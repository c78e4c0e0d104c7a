C irqs-off

(* A table is freed only when no CPU walks it with interrupts off. *)

{ 1 page, rw; int freed = 0; }
P0(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, int *freed)
{
	ptep_clear_flush(vma, addr, ptep);
	tlb_remove_table_sync_one();
	WRITE_ONCE(*freed, 1);
}
P1(pte_t *ptep, int *freed)
{
	unsigned long flags;
	int bad = 0;

	local_irq_save(flags);
	if (pte_present(ptep_get_lockless(ptep)))
		bad = READ_ONCE(*freed);
	local_irq_restore(flags);
}
forbids (1:bad = 1)
variant no-ipi breaks EXISTS if not ipiFlush {
-	tlb_remove_table_sync_one();
}
variant irqs-on breaks EXISTS {
-	local_irq_save(flags);

-	local_irq_restore(flags);
}
