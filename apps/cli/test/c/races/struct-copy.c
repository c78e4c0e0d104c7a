C struct-copy

(* A struct is copied member by member: whoever copies without the lock has parts of two. *)

struct pair { int a; int b; };
{ struct pair p; struct pair q; spinlock_t lock; }
P0(struct pair *p, spinlock_t *lock)
{
	struct pair mine = { .a = 1, .b = 1 };

	spin_lock(lock);
	*p = mine;
	spin_unlock(lock);
}
P1(struct pair *p, struct pair *q, spinlock_t *lock)
{
	struct pair local;
	int x, y;

	spin_lock(lock);
	local = *p;
	*q = *p;
	spin_unlock(lock);
	x = local.a;
	y = local.b;
}
forbids (1:x != 1:y)
forbids (q.a != q.b)
variant no-lock breaks EXISTS {
	P0(struct pair *p, spinlock_t *lock)
	{
		struct pair mine = { .a = 1, .b = 1 };

		*p = mine;
	}
}
