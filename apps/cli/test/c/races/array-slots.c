C array-slots

(*
 * Each agent takes a free slot by an exchange of one element of an array; a
 * table of operations says how.
 *)

#define SLOTS 2
#define for_each_slot(i) for (i = 0; i < SLOTS; i++)
#define for_each_free_slot(i) for_each_slot(i) if (READ_ONCE(used[i])) {} else

struct operations { int (*take)(int); };

static int used[SLOTS];
static atomic_t taken[1];

static int exchange(int i)
{
	return cmpxchg(&used[i], 0, 1) == 0;
}

static const struct operations ops = { .take = exchange };

P0(void)
{
	int i, got = -1;

	for_each_free_slot(i)
		if (ops.take(i)) {
			got = i;
			atomic_inc(&taken[0]);
			break;
		}
}

P1(void)
{
	int i, got = -1;

	for_each_free_slot(i) {
		if (ops.take(i)) {
			got = i;
			atomic_inc(&taken[0]);
			break;
		}
	}
}

forbids (0:got = 1:got)
forall (0:got >= 0 /\ 1:got >= 0 /\ taken[0] = 2)

variant two-accesses breaks EXISTS {
-	return cmpxchg(&used[i], 0, 1) == 0;
+	if (READ_ONCE(used[i]))
+		return 0;
+	WRITE_ONCE(used[i], 1);
+	return 1;
}
