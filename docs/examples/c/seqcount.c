C seqcount

(*
 * Two words belong together. A writer makes the count odd while it changes
 * them, and a reader that met a writer reads again.
 *)

{ seqcount_t seq; int a = 0; int b = 0; }

P0(seqcount_t *seq, int *a, int *b)
{
	write_seqcount_begin(seq);
	WRITE_ONCE(*a, 1);
	smp_wmb();
	WRITE_ONCE(*b, 1);
	write_seqcount_end(seq);
}

P1(seqcount_t *seq, int *a, int *b)
{
	int start, x, y;

	do {
		start = read_seqcount_begin(seq);
		x = READ_ONCE(*a);
		y = READ_ONCE(*b);
	} while (read_seqcount_retry(seq, start));
}

forbids (1:x != 1:y)

variant no-retry breaks EXISTS {
-	} while (read_seqcount_retry(seq, start));
+	} while (0);
}
variant no-begin breaks EXISTS {
-		start = read_seqcount_begin(seq);
+		start = raw_read_seqcount(seq);
}
