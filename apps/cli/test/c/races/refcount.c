C refcount

(*
 * Split of a folio freezes its reference count; a speculative reader may take a
 * reference only while the count is not zero.
 *)

{ refcount_t ref = 1; int freed = 0; }

P0(refcount_t *ref, int *freed)
{
	if (refcount_dec_and_test(ref))
		WRITE_ONCE(*freed, 1);
}

P1(refcount_t *ref, int *freed)
{
	int used = 0;

	if (refcount_inc_not_zero(ref)) {
		used = READ_ONCE(*freed) + 1;
		if (refcount_dec_and_test(ref))
			WRITE_ONCE(*freed, 1);
	}
}

forbids (1:used = 2)
forall (freed = 1)

variant plain-inc breaks EXISTS {
-	if (refcount_inc_not_zero(ref)) {
+	refcount_inc(ref);
+	{
}
