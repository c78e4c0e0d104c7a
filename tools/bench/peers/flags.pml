/*
 * Model F for Spin: THREADS threads, each ORs a bit of its own into one word by reading it and then
 * comparing and exchanging until it works. One transition per access of the word; what a thread holds in
 * its hands is cleared as soon as it is dead, so that equal situations are equal states.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef THREADS
#define THREADS 4
#endif
#define ALL ((1 << THREADS) - 1)

byte word
byte ended

active [THREADS] proctype setter()
{
	byte seen
	byte at    /* 0: to read, 1: to exchange, 2: ended */

end:	do
	:: d_step { at == 0 -> seen = word; at = 1 }
	:: d_step { at == 1 && word != seen -> seen = word }
	:: d_step {
		at == 1 && word == seen ->
		word = word | (1 << _pid);
		seen = 0;
		at = 2;
		ended++;
		assert(ended < THREADS || word == ALL)
	   }
	od
}
