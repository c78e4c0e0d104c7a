C bit-fields
(* Two bit-fields of one word: a store to one of them stores the other, too. Two locks protect neither. *)
struct st {
	spinlock_t a_lock;
	spinlock_t b_lock;
	unsigned int a : 1;
	unsigned int b : 1;
};

{ struct st s; }

P0(struct st *s)
{
	spin_lock(&s->a_lock);
	s->a = 1;
	spin_unlock(&s->a_lock);
}

P1(struct st *s)
{
	spin_lock(&s->a_lock);
	s->b = 1;
	spin_unlock(&s->a_lock);
}

forall (s.a = 1 /\ s.b = 1)

variant two-locks breaks EXISTS {
	P1(struct st *s)
	{
		spin_lock(&s->b_lock);
		s->b = 1;
		spin_unlock(&s->b_lock);
	}
}
