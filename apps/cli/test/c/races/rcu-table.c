C rcu-table

(*
 * A reader walks a table under RCU; the writer unlinks it and frees it only after
 * a grace period.
 *)

struct table {
	int entry;
	int freed;
};

{ struct table t; int linked = 1; }

P0(struct table *t, int *linked)
{
	WRITE_ONCE(*linked, 0);
	synchronize_rcu();
	WRITE_ONCE(t->freed, 1);
}

P1(struct table *t, int *linked)
{
	int saw = 0;

	rcu_read_lock();
	if (READ_ONCE(*linked))
		saw = READ_ONCE(t->freed);
	rcu_read_unlock();
}

~exists (1:saw = 1)

variant no-grace-period breaks EXISTS {
-	synchronize_rcu();
}
variant no-read-lock breaks EXISTS {
-	rcu_read_lock();
	if (READ_ONCE(*linked))
		saw = READ_ONCE(t->freed);
-	rcu_read_unlock();
}
