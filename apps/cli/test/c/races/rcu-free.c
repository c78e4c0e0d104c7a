C rcu-free

(* A reader may look at the old one until the grace period is over. *)

struct config { int value; bool gone; };

static struct config old = { .value = 1 }, new = { 2 };
static struct config *current_config = &old;

P0(void)
{
	rcu_assign_pointer(current_config, &new);
	synchronize_rcu();
	WRITE_ONCE(old.gone, true);
}

P1(void)
{
	struct config *c;
	int value;
	bool gone;

	guard(rcu)();
	c = rcu_dereference(current_config);
	value = READ_ONCE(c->value);
	gone = READ_ONCE(c->gone);
}

forbids (1:gone = 1)
forbids (1:value = 0)

variant no-grace-period breaks EXISTS {
-	synchronize_rcu();
}
