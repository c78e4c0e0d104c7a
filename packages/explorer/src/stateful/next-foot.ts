/** What the next step of an agent would touch if it were taken now, or what it waits for if it cannot be. */
import { N } from '../automaton/automata.js';
import { access, Foot, Mode } from '../automaton/footprints.js';
import { Kind } from '../automaton/kinds.js';
import { E, type Machine, undo } from '../memory/machine.js';
import { execute } from '../memory/step.js';
import { drains } from '../memory/tso.js';
import type { Futures } from './futures.js';

/** Footprint of the enabled next step of `thread`. */
export function footOfNext(m: Machine, thread: number, futures: Futures): number {
  const { nodes } = m.auto;
  const node = m.cur[thread]!;
  const n = node << N.SHIFT;
  switch (nodes[n + N.KIND]!) {
    case Kind.WRITE:
    case Kind.UNLOCK:
      // Under TSO memory is touched when the store leaves the buffer.
      return m.buffers === null ? nodes[n + N.WRITES]! : Foot.NONE;
    case Kind.XCHG:
    case Kind.OR:
    case Kind.LOCK:
      return nodes[n + N.WRITES]!;
    case Kind.CMPXCHG:
      return nodes[n + (m.mem[nodes[n + N.CELL]!]! === nodes[n + N.A]! ? N.WRITES : N.READS)]!;
    case Kind.TRYLOCK:
      return nodes[n + (m.mem[nodes[n + N.CELL]!]! === 0 ? N.WRITES : N.READS)]!;
    case Kind.ATOMIC:
    case Kind.GUARDED:
      return tried(m, thread, node, futures);
    default:
      return nodes[n + N.READS]!;
  }
}

/** Which words only a body knows: take the step and take it back. A fault is found when it is taken in earnest. */
function tried(m: Machine, thread: number, node: number, futures: Futures): number {
  const { faultCode, faultMessage } = m;
  execute(m, thread, 0);
  const foot = m.events[((m.depth - 1) << E.SHIFT) + E.FOOT]!;
  futures.learn(node, foot, m.cur[thread]!);
  undo(m);
  m.faultCode = faultCode;
  m.faultMessage = faultMessage;
  return foot;
}

/** The words at which somebody could let the waiting `thread` go on. */
export function footOfWait(m: Machine, thread: number): number {
  const { nodes, ops, foots } = m.auto;
  const node = m.cur[thread]!;
  const n = node << N.SHIFT;
  if (m.buffers !== null && drains(m, node) && m.buffers.flushed[thread] !== m.buffers.issued[thread]) {
    // Only its own store buffer can change that.
    return Foot.NONE;
  }
  if (nodes[n + N.KIND] === Kind.GUARDED) {
    return foots.extend(Foot.NONE, access(ops[node]!.guard, Mode.READ));
  }
  return nodes[n + N.READS]!;
}
