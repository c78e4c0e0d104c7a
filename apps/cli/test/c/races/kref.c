C kref

(* Whoever drops the last reference frees, and nobody else. *)

struct buffer {
	struct kref ref;
	int freed;
};

static struct buffer b = { .ref.refcount = REFCOUNT_INIT(2) };

static void release(struct kref *ref)
{
	struct buffer *own = container_of(ref, struct buffer, ref);

	WRITE_ONCE(own->freed, READ_ONCE(own->freed) + 1);
}

P0(void)
{
	kref_put(&b.ref, release);
}

P1(void)
{
	kref_put(&b.ref, release);
}

forall (b.freed = 1)

variant drops-only-the-last breaks EXISTS {
	P1(void)
	{
		if (kref_read(&b.ref) == 1)
			kref_put(&b.ref, release);
	}
}
