C rcu-publish

struct foo {
	int a;
	int b;
};

{ struct foo *gp; }

P0(struct foo **gp)
{
	struct foo *p = kmalloc(sizeof(*p), GFP_KERNEL);

	p->a = 1;
	p->b = 2;
	rcu_assign_pointer(*gp, p);
}

P1(struct foo **gp)
{
	struct foo *p;
	int a = 1, b = 2;

	rcu_read_lock();
	p = rcu_dereference(*gp);
	if (p) {
		a = p->a;
		b = p->b;
	}
	rcu_read_unlock();
}

~exists (~(1:a=1 /\ 1:b=2))

variant plain-publish breaks EXISTS if not tso {
-	rcu_assign_pointer(*gp, p);
+	WRITE_ONCE(*gp, p);
}
