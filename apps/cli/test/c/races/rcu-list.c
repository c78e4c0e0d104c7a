C rcu-list

(* An element is published, removed and freed; readers hold no lock. *)

struct item {
	struct list_head list;
	int key;
};

static LIST_HEAD(items);

P0(void)
{
	struct item *it = kmalloc(sizeof(*it), GFP_KERNEL);

	it->key = 7;
	list_add_rcu(&it->list, &items);
	list_del_rcu(&it->list);
	synchronize_rcu();
	kfree(it);
}

P1(void)
{
	struct item *it;
	int key = 7;

	rcu_read_lock();
	list_for_each_entry_rcu(it, &items, list)
		key = READ_ONCE(it->key);
	rcu_read_unlock();
}

forbids UAF
forbids (1:key != 7)

variant no-grace-period breaks UAF {
-	synchronize_rcu();
}
variant plain-add breaks EXISTS if not tso {
-	list_add_rcu(&it->list, &items);
+	list_add(&it->list, &items);
}
