C per-vma-lock

struct my_vma {
	struct rw_semaphore lock;
	int vm_lock_seq;
	unsigned long vm_start;
	unsigned long vm_end;
};

{ struct my_vma v = { .vm_start = 1, .vm_end = 2 }; int mm_lock_seq = 1; }

static void vma_start_write(struct my_vma *v, int *seq)
{
	int mm_seq = READ_ONCE(*seq);

	if (v->vm_lock_seq == mm_seq)
		return;
	down_write(&v->lock);
	WRITE_ONCE(v->vm_lock_seq, mm_seq);
	up_write(&v->lock);
}

static bool vma_start_read(struct my_vma *v, int *seq)
{
	if (READ_ONCE(v->vm_lock_seq) == READ_ONCE(*seq))
		return false;
	if (unlikely(down_read_trylock(&v->lock) == 0))
		return false;
	if (unlikely(v->vm_lock_seq == smp_load_acquire(seq))) {
		up_read(&v->lock);
		return false;
	}
	return true;
}

P0(struct my_vma *v, int *mm_lock_seq)
{
	vma_start_write(v, mm_lock_seq);
	v->vm_start = 11;
	v->vm_end = 12;
	smp_store_release(mm_lock_seq, *mm_lock_seq + 1);
}

P1(struct my_vma *v, int *mm_lock_seq)
{
	unsigned long a = 1, b = 2;

	if (vma_start_read(v, mm_lock_seq)) {
		a = v->vm_start;
		b = v->vm_end;
		up_read(&v->lock);
	}
}

forbids (1:b - 1:a != 1)

variant no-recheck breaks EXISTS {
-	if (unlikely(v->vm_lock_seq == smp_load_acquire(seq))) {
-		up_read(&v->lock);
-		return false;
-	}
}
variant relaxed-end breaks EXISTS if not tso {
-	smp_store_release(mm_lock_seq, *mm_lock_seq + 1);
+	WRITE_ONCE(*mm_lock_seq, *mm_lock_seq + 1);
}
