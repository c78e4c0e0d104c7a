/** What a step demands of the stores that its thread has issued before it, under the weak order. */

import { Order } from '@racewalk/core/step';
import { type Automata, N } from '../../program/automata.js';
import { barriers } from '../../program/barriers.js';
import { among, Kind, Kinds } from '../../program/kinds.js';

export const enum Demand {
  /** Nothing. */
  NONE = 0,
  /** Those to its own words have reached memory, and those that an earlier barrier orders before it. */
  OWN = 1,
  /** All have. */
  ALL = 2,
}

/** What the step at `node` waits for. */
export function demandOf({ nodes, ops }: Automata, node: number): Demand {
  const n = node << N.SHIFT;
  const kind = nodes[n + N.KIND]!;
  if (!among(Kinds.DRAINS, kind)) return Demand.NONE;
  if (kind === Kind.FENCE) return barriers.drainsStores(nodes[n + N.A]!) ? Demand.ALL : Demand.NONE;
  const { locked, order } = ops[node]!;
  // A walk is no access of the thread: it reads memory, past the stores on their way.
  if (!locked) return Demand.NONE;
  if (order === Order.RELAXED || order === Order.ACQUIRE) return Demand.OWN;
  return order === Order.USUAL && (kind === Kind.LOCK || kind === Kind.TRYLOCK) ? Demand.OWN : Demand.ALL;
}

/** Whether the store at `node` leaves after all those before it. */
export function isRelease({ nodes, ops }: Automata, node: number): boolean {
  const { order } = ops[node]!;
  if (nodes[(node << N.SHIFT) + N.KIND] === Kind.UNLOCK) return order !== Order.RELAXED;
  return order === Order.RELEASE || order === Order.FULL;
}

/** Whether the store of the step at `node` may be seen later than its load is made. */
export function isClaim({ nodes, ops }: Automata, node: number): boolean {
  const kind = nodes[(node << N.SHIFT) + N.KIND]!;
  if (kind !== Kind.XCHG && kind !== Kind.CMPXCHG && kind !== Kind.ATOMIC) return false;
  const { order, locked, cells } = ops[node]!;
  if (order !== Order.RELAXED && order !== Order.ACQUIRE) return false;
  return kind !== Kind.ATOMIC || (locked && cells.length === 1);
}
