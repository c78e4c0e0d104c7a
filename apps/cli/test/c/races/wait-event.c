C wait-event

wait_queue_head_t wq;

{ int done = 0; int data = 0; }

P0(int *done, int *data)
{
	*data = 42;
	smp_store_release(done, 1);
	wake_up_interruptible(&wq);
}

P1(int *done, int *data)
{
	int r;

	wait_event_interruptible(wq, smp_load_acquire(done));
	r = *data;
}

forall (1:r=42)

variant plain breaks EXISTS if not tso {
-	smp_store_release(done, 1);
+	WRITE_ONCE(*done, 1);
}
