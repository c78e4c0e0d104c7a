C list-walk

(* A list under a lock: who walks it without the lock meets the first element without the second. *)

struct user {
	struct list_head node;
	int id;
};

static LIST_HEAD(users);
static DEFINE_SPINLOCK(users_lock);
static struct user u1 = { .id = 1 }, u2 = { .id = 2 };

P0(void)
{
	spin_lock(&users_lock);
	list_add_tail(&u1.node, &users);
	list_add(&u2.node, &users);
	spin_unlock(&users_lock);
}

P1(void)
{
	struct user *u;
	int sum = 0;

	spin_lock(&users_lock);
	list_for_each_entry(u, &users, node)
		sum = 10 * sum + READ_ONCE(u->id);
	spin_unlock(&users_lock);
}

forbids (1:sum != 0 /\ 1:sum != 21)

variant no-lock breaks EXISTS {
	P1(void)
	{
		struct user *u;
		int sum = 0;

		list_for_each_entry(u, &users, node)
			sum = 10 * sum + READ_ONCE(u->id);
	}
}
variant two-sections breaks EXISTS {
	list_add_tail(&u1.node, &users);
+	spin_unlock(&users_lock);
+	spin_lock(&users_lock);
	list_add(&u2.node, &users);
}
