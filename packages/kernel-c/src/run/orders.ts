/** What the name of an operation says of the accesses around it. (Documentation/atomic_t.txt) */
import { Order } from '@racewalk/core/step';

/** What orders nothing: no value comes back, or the name says so; a reference that is taken (include/linux/refcount.h). */
const RELAXED =
  /_relaxed$|^(atomic|atomic_long)_(inc|dec|add|sub|and|or|xor|andnot)$|^(set|clear)_bit$|^refcount_(inc|add|\w+_not_zero)$/;

/** Reference counts that are dropped: what was done with the object comes before. */
const DROPPED = /^refcount_(dec|sub)(_and_test)?$/;

/** What returns no value orders nothing, what does is a full barrier, unless its name says. */
export function orderOf(op: string): number {
  if (RELAXED.test(op)) return Order.RELAXED;
  if (DROPPED.test(op) || /_release$|_unlock$/.test(op)) return Order.RELEASE;
  return /_acquire$|_lock$/.test(op) ? Order.ACQUIRE : Order.FULL;
}

/** Whether it orders what follows, too, once it came to zero: the object may be freed then. */
export const ordersAtZero = (op: string): boolean => DROPPED.test(op) && op.endsWith('_and_test');
