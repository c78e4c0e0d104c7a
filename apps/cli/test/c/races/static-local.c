C static-local

(* A static variable of a function is one that all calls share. *)

static DEFINE_MUTEX(once_mutex);
static int inits;

static void init_once(void)
{
	static bool done;

	mutex_lock(&once_mutex);
	if (!done) {
		done = true;
		inits++;
	}
	mutex_unlock(&once_mutex);
}

P0(void)
{
	init_once();
}

P1(void)
{
	init_once();
}

forall (inits = 1)

variant no-mutex breaks EXISTS {
-	mutex_lock(&once_mutex);

-	mutex_unlock(&once_mutex);
}
