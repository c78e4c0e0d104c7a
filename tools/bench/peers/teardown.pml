/*
 * Model T2 for Spin: one thread clears a block of ENTRIES page-table entries. After each exchange it
 * hands on what the entry had to the last entry that is still valid, by compare and exchange, and then
 * reads the whole block. WALKERS hardware walkers each pick an entry, read it, and set access and dirty
 * by compare and exchange for as long as it is valid.
 *
 * With ONCE it is model T: what an entry had goes to the last valid entry behind it, or is kept; the block
 * is read once, at the end; and a walker, having seen a valid entry, sets both bits in one step unless
 * the entry has become invalid.
 *
 * In both, a dirty bit that some walker set must have been seen by the end. One transition per access of
 * an entry; variables are cleared as soon as they are dead.
 *
 * SPDX-License-Identifier: MIT
 */
/* ENTRIES: 4, 8, 12 or 16 */
#ifndef ENTRIES
#define ENTRIES 8
#endif
#ifndef WALKERS
#define WALKERS 2
#endif

#define VALID 1
#define DIRTY 4
#define FLAGS 6    /* access and dirty */

byte pte[ENTRIES] = VALID
byte gathered      /* flags that software has seen */
bool written       /* some walker has set the bits of a valid entry */
byte ended

inline end_of_thread() {
	ended++;
	assert(ended <= WALKERS || !written || (gathered & DIRTY))
}

/* What software does next. */
#define EXCHANGE 0
#define FIND     1
#define HAND_ON  2
#define GATHER   3
#define ENDED    4

inline after_gathering() {
	k = 0;
	i++;
	next = (i < ENTRIES -> EXCHANGE : ENDED);
	if
	:: i == ENTRIES -> i = 0; end_of_thread()
	:: else
	fi
}

inline after_handing_on() {
	old = 0;
	k = 0;
#ifdef ONCE
	i++;
	next = (i < ENTRIES -> EXCHANGE : GATHER);
	if
	:: i == ENTRIES -> i = ENTRIES - 1
	:: else
	fi
#else
	next = GATHER
#endif
}

active proctype software()
{
	byte next, i, k, old, seen

end:	do
	:: d_step {
		next == EXCHANGE ->
		old = pte[i] & FLAGS;
		pte[i] = 0;
#ifndef ONCE
		gathered = gathered | old;
#endif
		if
#ifdef ONCE
		:: old && i < ENTRIES - 1 -> k = ENTRIES - 1; next = FIND
		:: old && i == ENTRIES - 1 -> gathered = gathered | old; after_handing_on()
		:: !old -> after_handing_on()
#else
		:: old -> k = ENTRIES - 1; next = FIND
		:: !old -> next = GATHER
#endif
		fi
	   }
	:: d_step {
		next == FIND ->
		if
		:: pte[k] & VALID -> seen = pte[k]; next = HAND_ON
#ifdef ONCE
		:: !(pte[k] & VALID) && k > i + 1 -> k--
		:: !(pte[k] & VALID) && k == i + 1 -> gathered = gathered | old; after_handing_on()
#else
		:: !(pte[k] & VALID) && k > 0 -> k--
		:: !(pte[k] & VALID) && k == 0 -> after_handing_on()
#endif
		fi
	   }
	:: d_step {
		next == HAND_ON ->
		if
		:: pte[k] == seen -> pte[k] = pte[k] | old; seen = 0; after_handing_on()
		:: pte[k] != seen -> seen = pte[k]
		fi
	   }
	:: d_step {
		next == GATHER ->
		gathered = gathered | ((pte[k] & VALID) -> (pte[k] & FLAGS) : 0);
		k++;
		if
		:: k == ENTRIES -> after_gathering()
		:: else
		fi
	   }
	od
}

/* What a walker does next. */
#define WALK 0
#define SET  1
#define GONE 2

inline end_of_walk() {
	seen = 0;
	j = 0;
	next = GONE;
	end_of_thread()
}

active [WALKERS] proctype walker()
{
	byte next, j, seen

	if
	:: j = 0
	:: j = 1
	:: j = 2
	:: j = 3
#if ENTRIES > 4
	:: j = 4
	:: j = 5
	:: j = 6
	:: j = 7
#endif
#if ENTRIES > 8
	:: j = 8
	:: j = 9
	:: j = 10
	:: j = 11
#endif
#if ENTRIES > 12
	:: j = 12
	:: j = 13
	:: j = 14
	:: j = 15
#endif
	fi;

end:	do
	:: d_step {
		next == WALK ->
		if
#ifdef ONCE
		:: pte[j] & VALID -> next = SET
#else
		:: pte[j] & VALID -> seen = pte[j]; next = SET
#endif
		:: else -> end_of_walk()
		fi
	   }
#ifdef ONCE
	:: d_step {
		next == SET ->
		if
		:: pte[j] & VALID -> pte[j] = pte[j] | FLAGS; written = true
		:: else
		fi;
		end_of_walk()
	   }
#else
	:: d_step {
		next == SET && pte[j] == seen ->
		pte[j] = pte[j] | FLAGS;
		written = true;
		end_of_walk()
	   }
	:: d_step {
		next == SET && pte[j] != seen ->
		seen = pte[j];
		if
		:: seen & VALID
		:: else -> end_of_walk()
		fi
	   }
#endif
	od
}
