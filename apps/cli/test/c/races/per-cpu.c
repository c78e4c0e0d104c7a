C per-cpu

(* Each CPU counts for itself, and whoever adds up sees both only if it waits. *)

static DEFINE_PER_CPU(int, count);

{ int done = 0; }

P0(int *done)
{
	this_cpu_inc(count);
	this_cpu_add(count, 2);
	smp_store_release(done, 1);
}

P1(int *done)
{
	int cpu, sum = 0;

	__this_cpu_write(count, 4);
	smp_cond_load_acquire(done, VAL);
	for_each_possible_cpu(cpu)
		sum += per_cpu(count, cpu);
}

forbids (1:sum != 7)

variant does-not-wait breaks EXISTS {
-	smp_cond_load_acquire(done, VAL);
}
