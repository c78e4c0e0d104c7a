/**
 * Agents of one CPU take turns, and have one store buffer. Where one follows another the CPU has switched: it took an interrupt
 * or went through the scheduler, whose locked instructions drain the buffer, and the other's stores are in memory. (Intel SDM
 * 3A, "Store Buffer"; Linux, __schedule(): rq_lock() and smp_mb__after_spinlock().) So each step waits until the stores of
 * the others are; a wait for a word does not, which only adds that it may see the old value first.
 */
import { announced, OpKind, type Step } from '@racewalk/core/step';

const WAITS: ReadonlySet<number> = new Set([OpKind.AWAIT, OpKind.RETRY, OpKind.CHOOSE]);

/** The code of a thread that shares its CPU with `others`, by number. */
export function* takesTurns(others: readonly number[], body: Step<void>): Step<void> {
  let next = body.next(0);
  while (next.done !== true) {
    const op = announced;
    if (!WAITS.has(op.kind)) op.drains = op.drains.length === 0 ? others : [...others, ...op.drains];
    next = body.next(yield);
  }
}
