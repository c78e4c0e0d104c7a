C hash-list

(* Readers of a hash list hold no lock; what is removed may be on the way of one of them. *)

struct entry {
	struct hlist_node node;
	int key;
};

static HLIST_HEAD(table);
static struct entry a = { .key = 1 };

P0(void)
{
	hlist_add_head_rcu(&a.node, &table);
	hlist_del_rcu(&a.node);
	synchronize_rcu();
	WRITE_ONCE(a.key, -1);
}

P1(void)
{
	struct entry *e;
	int key = 0;

	rcu_read_lock();
	hlist_for_each_entry_rcu(e, &table, node)
		key = READ_ONCE(e->key);
	rcu_read_unlock();
}

forbids (1:key < 0)

variant no-grace-period breaks EXISTS {
-	synchronize_rcu();
}
