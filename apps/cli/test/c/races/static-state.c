C static-state

(*
 * A queue of one page, in static variables of the file: whoever takes the page
 * out flushes if the other one says that it has not.
 *)

{ 1 page, rw, dirty; }

static int flush_pending;
static DEFINE_SPINLOCK(queue_lock);
static struct page *victim = NULL;

P0(struct vm_area_struct *vma, unsigned long addr, pte_t *ptep, spinlock_t *ptl,
   struct page *page)
{
	spin_lock(ptl);
	ptep_get_and_clear(vma->vm_mm, addr, ptep);
	WRITE_ONCE(flush_pending, 1);
	spin_unlock(ptl);
	spin_lock(&queue_lock);
	victim = page;
	spin_unlock(&queue_lock);
}

P1(struct vm_area_struct *vma, unsigned long addr)
{
	struct page *p;

	scoped_guard(spinlock, &queue_lock) {
		p = victim;
		victim = NULL;
	}
	if (!p)
		return;
	if (READ_ONCE(flush_pending))
		flush_tlb_page(vma, addr);
	__free_page(p);
}

P2(char __user *p)
{
	*p = 1;
}

forbids UAF

variant nobody-says breaks UAF {
-	WRITE_ONCE(flush_pending, 1);
}
