C own-store

(*
 * The compiler may load again what a plain load read, but not behind a store of its own to the same word: that value
 * it knows.
 *)

{ int x = 1; }

P0(int *x)
{
	int old = *x;

	*x = 5;
	if (old == 5)
		old = 99;
}

P1(int *x)
{
	int a = READ_ONCE(*x), b = READ_ONCE(*x);
}

forbids (0:old = 99)
forbids (1:a = 5 /\ 1:b = 1)

variant stored-first breaks EXISTS {
-	int old = *x;
-
-	*x = 5;
+	*x = 5;
+	int old = *x;
}
