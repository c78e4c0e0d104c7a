C mlock

(*
 * mlock changes vm_flags by a load and a store, so whoever changes them at the
 * same time has to hold the mmap lock, too. Reclaim leaves the pages of a locked
 * area alone; it looks once and decides by what it saw.
 *)

{ 1 page, anon, rw, clean; }

P0(struct mm_struct *mm, struct vm_area_struct *vma)
{
	mmap_write_lock(mm);
	vm_flags_set(vma, VM_LOCKED);
	mmap_write_unlock(mm);
}

P1(struct mm_struct *mm, struct vm_area_struct *vma)
{
	mmap_write_lock(mm);
	vm_flags_set(vma, VM_GROWSDOWN);
	mmap_write_unlock(mm);
}

P2(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl)
{
	unsigned long flags;
	int locked = 0;
	int gone = 0;

	spin_lock(ptl);
	flags = READ_ONCE(vma->vm_flags);
	if (flags & VM_LOCKED)
		locked = 1;
	if (!(flags & VM_LOCKED)) {
		ptep_clear_flush(vma, addr, ptep);
		gone = 1;
	}
	spin_unlock(ptl);
}

forall (vma->vm_flags & VM_LOCKED)
forbids (2:locked = 0 /\ 2:gone = 0)

variant no-mmap-lock breaks EXISTS {
	P1(struct mm_struct *mm, struct vm_area_struct *vma)
	{
		vm_flags_set(vma, VM_GROWSDOWN);
	}
}
variant looks-twice breaks EXISTS {
-	flags = READ_ONCE(vma->vm_flags);
+	flags = vma->vm_flags;
}
