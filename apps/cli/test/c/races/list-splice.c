C list-splice

(* All that is on a list is taken away under the lock, and looked at without it: nobody else reaches it any more. *)

struct job {
	struct list_head node;
	int runs;
};

static LIST_HEAD(jobs);
static DEFINE_SPINLOCK(lock);
static struct job job;

static void work(void)
{
	LIST_HEAD(mine);
	struct job *j, *tmp;

	spin_lock(&lock);
	list_splice_init(&jobs, &mine);
	spin_unlock(&lock);

	list_for_each_entry_safe(j, tmp, &mine, node)
		j->runs++;
}

P0(void)
{
	spin_lock(&lock);
	list_add_tail(&job.node, &jobs);
	spin_unlock(&lock);
	work();
}

P1(void)
{
	work();
}

forall (job.runs=1)

variant looked-at-in-place breaks EXISTS {
static void work(void)
{
	struct job *j;

	spin_lock(&lock);
	j = list_first_entry_or_null(&jobs, struct job, node);
	spin_unlock(&lock);
	if (j)
		j->runs++;
}
}
