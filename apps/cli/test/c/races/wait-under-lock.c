C wait-under-lock
(* The condition of a wait takes a lock: what it read under it decides, not that the lock was taken. *)
DECLARE_WAIT_QUEUE_HEAD(wq);
static DEFINE_SPINLOCK(lock);
static int slots = 1, users;

static bool try_take(void)
{
	bool taken = false;

	spin_lock(&lock);
	if (slots > 0) {
		slots--;
		taken = true;
	}
	spin_unlock(&lock);
	return taken;
}

static int work(void)
{
	int n;

	wait_event(wq, try_take());
	n = atomic_inc_return((atomic_t *)&users);
	atomic_dec((atomic_t *)&users);
	spin_lock(&lock);
	slots++;
	spin_unlock(&lock);
	wake_up(&wq);
	return n;
}

P0(void)
{
	int n = work();
}

P1(void)
{
	int n = work();
}

forbids (0:n=2 \/ 1:n=2)

variant no-lock breaks EXISTS {
static bool try_take(void)
{
	if (READ_ONCE(slots) > 0) {
		slots--;
		return true;
	}
	return false;
}
}
