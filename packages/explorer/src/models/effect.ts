/** The effect of a step that acts on shared memory at once. */
import { S } from '../execution/events.js';
import { type Execution, touch } from '../execution/execution.js';
import { N } from '../program/automata.js';
import { access, Foot, Mode } from '../program/footprints.js';
import { Kind } from '../program/kinds.js';
import { notHeldMessage, threwMessage } from '../program/messages.js';
import { O } from '../program/outcomes.js';

/** Record that a step depends on `cell`, beyond what its footprint `foot` has; returns the footprint with it. */
export function look(x: Execution, cell: number, foot: number): number {
  touch(x, cell, Mode.READ, x.mem[cell]!, x.mem[cell]!);
  return x.auto.foots.extend(foot, access(cell, Mode.READ));
}

/**
 * A store of `thread` that was on its way reaches memory; `own` is its private cell, and `unlocks` says whether it gives
 * a lock back. Returns the footprint.
 */
export function arrive(
  x: Execution,
  thread: number,
  cell: number,
  value: number,
  own: number,
  unlocks: boolean,
): number {
  const { foots } = x.auto;
  const old = x.mem[cell]!;
  if (unlocks && old !== thread + 1) notHeld(x, thread, cell, old);
  touch(x, cell, Mode.WRITE, old, value);
  touch(x, own, Mode.WRITE, 0, 1);
  x.mem[cell] = value;
  x.mem[own] = 1;
  x.result = 0;
  return foots.extend(foots.extend(Foot.NONE, access(cell, Mode.WRITE)), access(own, Mode.WRITE));
}

/** Perform the step at `node` on memory. Leaves its result in `x.result` and returns the footprint. */
export function effect(x: Execution, thread: number, node: number, choice: number): number {
  const { mem } = x;
  const { nodes } = x.auto;
  const n = node << N.SHIFT;
  const cell = nodes[n + N.CELL]!;
  const old = cell >= 0 ? mem[cell]! : 0;
  x.result = 0;
  switch (nodes[n + N.KIND]!) {
    case Kind.READ:
    case Kind.AWAIT:
      x.result = old;
      touch(x, cell, Mode.READ, old, old);
      return nodes[n + N.READS]!;
    case Kind.CMPXCHG: {
      x.result = old;
      if (old !== nodes[n + N.A]!) {
        touch(x, cell, Mode.READ, old, old);
        return nodes[n + N.READS]!;
      }
      return store(x, n, cell, old, nodes[n + N.B]!);
    }
    case Kind.WRITE:
      return store(x, n, cell, old, nodes[n + N.A]!);
    case Kind.XCHG:
      x.result = old;
      return store(x, n, cell, old, nodes[n + N.A]!);
    case Kind.OR: {
      const value = old | nodes[n + N.A]!;
      touch(x, cell, x.auto.awaited[cell] === 1 ? Mode.WRITE : Mode.OR, old, value);
      mem[cell] = value;
      return nodes[n + N.WRITES]!;
    }
    case Kind.LOCK:
      return store(x, n, cell, old, thread + 1);
    case Kind.UNLOCK:
      if (old !== thread + 1) notHeld(x, thread, cell, old);
      return store(x, n, cell, old, 0);
    case Kind.TRYLOCK:
      if (old !== 0) {
        touch(x, cell, Mode.READ, old, old);
        return nodes[n + N.READS]!;
      }
      x.result = 1;
      return store(x, n, cell, old, thread + 1);
    case Kind.RETRY:
      for (const c of x.auto.ops[node]!.cells) touch(x, c, Mode.READ, mem[c]!, mem[c]!);
      return nodes[n + N.READS]!;
    case Kind.CHOOSE:
      x.result = choice;
      return nodes[n + N.READS]!;
    case Kind.ATOMIC:
    case Kind.GUARDED:
      return atomic(x, thread, node);
    default:
      return nodes[n + N.READS]!;
  }
}

function store(x: Execution, n: number, cell: number, old: number, value: number): number {
  touch(x, cell, Mode.WRITE, old, value);
  x.mem[cell] = value;
  return x.auto.nodes[n + N.WRITES]!;
}

/** The fault of releasing a lock that `thread` does not hold. */
export function notHeld(x: Execution, thread: number, cell: number, value: number): void {
  x.fail('LIVE', notHeldMessage(x.program, thread, cell, value));
}

function atomic(x: Execution, thread: number, node: number): number {
  const { mem } = x;
  const { foots, nodes, outcomes } = x.auto;
  const foot = nodes[(node << N.SHIFT) + N.READS]!;
  const base = x.slotTop;
  const from = foots.start[foot]!;
  const count = foots.start[foot + 1]! - from;
  outcomes.reserve(count);
  const { words } = outcomes;
  for (let k = 0; k < count; k++) {
    const cell = foots.items[from + k]! >> 2;
    const value = mem[cell]!;
    words[k] = value;
    touch(x, cell, Mode.READ, value, value);
  }
  const known = outcomes.find(node, count);
  if (known >= 0) return again(x, known, count, base, foot);
  const { fails } = x;
  x.result = runBody(x, thread, node);
  const stored = noteStores(x, base, foot);
  if (x.fails === fails) outcomes.keep(node, count, x.result, stored, mem, foots.items, from);
  return stored;
}

/** Turn the accesses of a body from slot `base` on into stores where it stored; the footprint with these. */
function noteStores(x: Execution, base: number, foot: number): number {
  const { mem, slots } = x;
  const { foots } = x.auto;
  let stored = foot;
  for (let top = base; top < x.slotTop; top++) {
    const s = top << S.SHIFT;
    const cell = slots[s + S.CELL]!;
    const value = mem[cell]!;
    if (value === slots[s + S.BEFORE]!) continue;
    slots[s + S.MODE] = Mode.WRITE;
    slots[s + S.AFTER] = value;
    stored = foots.extend(stored, access(cell, Mode.WRITE));
  }
  return stored;
}

/** What a body did with these words before is done again. */
function again(x: Execution, known: number, count: number, base: number, foot: number): number {
  const { data } = x.auto.outcomes;
  const { mem, slots } = x;
  x.result = data[known + O.RESULT]!;
  const stored = data[known + O.FOOT]!;
  if (stored === foot) return foot;
  const before = known + O.BEFORE;
  for (let k = 0; k < count; k++) {
    const value = data[before + count + k]!;
    if (value === data[before + k]!) continue;
    const s = (base + k) << S.SHIFT;
    slots[s + S.MODE] = Mode.WRITE;
    slots[s + S.AFTER] = value;
    mem[slots[s + S.CELL]!] = value;
  }
  return stored;
}

function runBody(x: Execution, thread: number, node: number): number {
  try {
    return x.auto.ops[node]!.run!(x.mem, 0, x);
  } catch (error) {
    x.fail('THROW', threwMessage(x.program, thread, error));
    return 0;
  }
}
