C lock-order

(* Two locks are taken in the order of their addresses. *)

static void double_pt_lock(spinlock_t *ptl1, spinlock_t *ptl2)
{
	if (ptl1 > ptl2)
		swap(ptl1, ptl2);
	spin_lock(ptl1);
	if (ptl1 != ptl2)
		spin_lock_nested(ptl2, SINGLE_DEPTH_NESTING);
	else
		__acquire(ptl2);
}

{ 2 pages, anon, rw; spinlock_t l1; spinlock_t l2; }

P0(spinlock_t *l1, spinlock_t *l2)
{
	double_pt_lock(l1, l2);
	spin_unlock(l1);
	spin_unlock(l2);
}
P1(spinlock_t *l1, spinlock_t *l2)
{
	double_pt_lock(l2, l1);
	spin_unlock(l1);
	spin_unlock(l2);
}
forbids LIVE
variant no-order breaks LIVE {
-	if (ptl1 > ptl2)
-		swap(ptl1, ptl2);
}
