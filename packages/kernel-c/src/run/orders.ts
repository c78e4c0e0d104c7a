/** What the name of an operation says of the accesses around it. (Documentation/atomic_t.txt) */
import { Order } from '@racewalk/core/step';

/** What returns no value orders nothing, what does is a full barrier, unless its name says. */
export function orderOf(op: string): number {
  if (/_relaxed$|^(atomic|atomic_long|refcount)_(inc|dec|add|sub)$/.test(op)) return Order.RELAXED;
  if (op.endsWith('_acquire')) return Order.ACQUIRE;
  return op.endsWith('_release') ? Order.RELEASE : Order.FULL;
}
