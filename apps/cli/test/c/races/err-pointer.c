C err-pointer

(* Who looks for something gets an error when it has gone, and has to ask. *)

struct thing {
	int value;
};

static struct thing thing = { .value = 1 };
static bool gone;

static struct thing *lookup(void)
{
	if (READ_ONCE(gone))
		return ERR_PTR(-ENOENT);
	return &thing;
}

P0(void)
{
	WRITE_ONCE(gone, true);
}

P1(void)
{
	struct thing *found = lookup();
	int value = 1;

	if (!IS_ERR(found))
		value = READ_ONCE(found->value);
	else if (PTR_ERR(found) != -ENOENT)
		value = 0;
}

forbids (1:value = 0)

variant no-look breaks LIVE {
-	if (!IS_ERR(found))
-		value = READ_ONCE(found->value);
-	else if (PTR_ERR(found) != -ENOENT)
-		value = 0;
+	value = READ_ONCE(found->value);
}
