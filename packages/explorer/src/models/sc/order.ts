/** What steps that act on memory at once do in another order. */
import type { FaultSink } from '@racewalk/core/step';
import { E, S } from '../../execution/events.js';
import type { Execution } from '../../execution/execution.js';
import { N } from '../../program/automata.js';
import { access, Foot, Mode } from '../../program/footprints.js';
import { heldIn } from '../../program/guards.js';
import { among, Kind, Kinds } from '../../program/kinds.js';
import { O } from '../../program/outcomes.js';
import { Blocked, type ModelOrder, type Past } from '../model.js';

/** Counts faults, which are reported when the step is really taken. */
const FAULTS: FaultSink & { count: number } = {
  count: 0,
  fail() {
    this.count++;
  },
};

export class ScOrder implements ModelOrder {
  readonly #x: Execution;
  /** Memory on which an atomic body is tried. */
  readonly #scratch: Int32Array;

  constructor(x: Execution) {
    this.#x = x;
    this.#scratch = new Int32Array(x.cells);
  }

  cause(): number {
    return -1;
  }

  mayWait(event: number): boolean {
    const { events, auto } = this.#x;
    const node = events[(event << E.SHIFT) + E.NODE]!;
    return among(Kinds.WAITS, auto.nodes[(node << N.SHIFT) + N.KIND]!);
  }

  waitChanged(thread: number, from: number): boolean {
    const x = this.#x;
    const { cell, cells } = x.auto.ops[x.cur[thread]!]!;
    if (cell >= 0) return x.newestAccess(cell) >= from;
    for (let i = 0; i < cells.length; i++) if (x.newestAccess(cells[i]!) >= from) return true;
    return false;
  }

  aux(): number {
    return 0;
  }

  footIn(past: Past, node: number): number {
    const { nodes, ops } = this.#x.auto;
    const n = node << N.SHIFT;
    const cell = nodes[n + N.CELL]!;
    switch (nodes[n + N.KIND]!) {
      case Kind.CMPXCHG:
        return past.value(cell) === nodes[n + N.A]! ? nodes[n + N.WRITES]! : nodes[n + N.READS]!;
      case Kind.TRYLOCK:
        return past.value(cell) === 0 ? nodes[n + N.WRITES]! : nodes[n + N.READS]!;
      case Kind.LOCK:
        return past.value(cell) === 0 ? nodes[n + N.WRITES]! : Foot.DISABLED;
      case Kind.AWAIT:
        return ops[node]!.test!(past.value(cell), cell) ? nodes[n + N.READS]! : Foot.DISABLED;
      case Kind.RETRY: {
        const { cells, values } = ops[node]!;
        for (let i = 0; i < cells.length; i++) {
          if (past.value(cells[i]!) !== values[i]) return nodes[n + N.READS]!;
        }
        return Foot.DISABLED;
      }
      case Kind.GUARDED:
        if (heldIn(ops[node]!, past) >= 0) return Foot.DISABLED;
        return this.#tried(past, node);
      case Kind.ATOMIC:
        return this.#tried(past, node);
      case Kind.READ:
      case Kind.CHOOSE:
      case Kind.FENCE:
        return nodes[n + N.READS]!;
      default:
        return nodes[n + N.WRITES]!;
    }
  }

  footOf(past: Past, event: number): number {
    const { events, slots, auto } = this.#x;
    const at = event << E.SHIFT;
    const node = events[at + E.NODE]!;
    const n = node << N.SHIFT;
    const kind = auto.nodes[n + N.KIND]!;
    if (kind === Kind.CMPXCHG) {
      // What stores to the cell after this event happens after it, so `past` leaves that out: look back from here.
      const own = events[at + E.SLOT]! << S.SHIFT;
      const value = past.valueFrom(auto.nodes[n + N.CELL]!, slots[own + S.PREV]!);
      return value === auto.nodes[n + N.A]! ? auto.nodes[n + N.WRITES]! : auto.nodes[n + N.READS]!;
    }
    if (kind === Kind.TRYLOCK || kind === Kind.ATOMIC) return this.footIn(past, node);
    return events[at + E.FOOT]!;
  }

  nextFoot(thread: number): number {
    const { auto, cur, mem } = this.#x;
    const { nodes } = auto;
    const n = cur[thread]! << N.SHIFT;
    switch (nodes[n + N.KIND]!) {
      case Kind.WRITE:
      case Kind.UNLOCK:
      case Kind.XCHG:
      case Kind.OR:
      case Kind.LOCK:
        return nodes[n + N.WRITES]!;
      case Kind.CMPXCHG:
        return nodes[n + (mem[nodes[n + N.CELL]!]! === nodes[n + N.A]! ? N.WRITES : N.READS)]!;
      case Kind.TRYLOCK:
        return nodes[n + (mem[nodes[n + N.CELL]!]! === 0 ? N.WRITES : N.READS)]!;
      case Kind.ATOMIC:
      case Kind.GUARDED:
        return Foot.UNKNOWN;
      default:
        return nodes[n + N.READS]!;
    }
  }

  waitsForSeveral(node: number): boolean {
    return this.#x.auto.ops[node]!.guards.length > 1;
  }

  blockedBy(past: Past, node: number): number {
    const { nodes, ops } = this.#x.auto;
    const kind = nodes[(node << N.SHIFT) + N.KIND]!;
    const { cell } = ops[node]!;
    if (kind === Kind.LOCK) return past.value(cell) === 0 ? Blocked.NOT : cell;
    const held = kind === Kind.GUARDED ? heldIn(ops[node]!, past) : -1;
    return held < 0 ? Blocked.NOT : held;
  }

  waitFoot(thread: number): number {
    const { nodes, ops, foots } = this.#x.auto;
    const node = this.#x.cur[thread]!;
    const n = node << N.SHIFT;
    if (nodes[n + N.KIND] !== Kind.GUARDED) return nodes[n + N.READS]!;
    let foot: number = Foot.NONE;
    for (const guard of ops[node]!.guards) foot = foots.extend(foot, access(guard, Mode.READ));
    return foot;
  }

  /** Run an atomic body on scratch memory to see what it would store to, unless that is known. */
  #tried(past: Past, node: number): number {
    const { foots, nodes, ops, outcomes } = this.#x.auto;
    const foot = nodes[(node << N.SHIFT) + N.READS]!;
    const from = foots.start[foot]!;
    const count = foots.start[foot + 1]! - from;
    outcomes.reserve(count);
    const { words } = outcomes;
    for (let k = 0; k < count; k++) words[k] = past.value(foots.items[from + k]! >> 2);
    const known = outcomes.find(node, count);
    if (known >= 0) return outcomes.data[known + O.FOOT]!;
    const scratch = this.#scratch;
    for (let k = 0; k < count; k++) scratch[foots.items[from + k]! >> 2] = words[k]!;
    FAULTS.count = 0;
    let result = 0;
    try {
      result = ops[node]!.run!(scratch, 0, FAULTS);
    } catch {
      // The same exception is a fault when the step is really taken.
      FAULTS.count++;
    }
    let stored = foot;
    for (let k = 0; k < count; k++) {
      const cell = foots.items[from + k]! >> 2;
      if (scratch[cell] !== words[k]) stored = foots.extend(stored, access(cell, Mode.WRITE));
    }
    if (FAULTS.count === 0) outcomes.keep(node, count, result, stored, scratch, foots.items, from);
    return stored;
  }
}
