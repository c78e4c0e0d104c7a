/**
 * What a step would do if an earlier event `e`, and everything that happens after `e`, had not been:
 * whether it could be taken there, and with which footprint.
 */
import type { FaultSink } from '@racewalk/core/step';
import { N } from '../automaton/automata.js';
import { access, Foot, Mode } from '../automaton/footprints.js';
import { Kind } from '../automaton/kinds.js';
import type { StoreBuffers } from '../memory/buffers.js';
import { E, S } from '../memory/machine.js';
import { drains } from '../memory/tso.js';
import type { DporState } from './state.js';

const NO_FAULTS: FaultSink = { fail: () => undefined };

/**
 * The footprint of the step of `agent` at `node`, taken after the events not happening after `e`;
 * {@link DISABLED} if it would wait. `aux` is the number of stores it had issued (TSO).
 */
export function reordered(s: DporState, e: number, node: number, aux: number): number {
  const { m } = s;
  return m.buffers === null ? inMemory(s, e, node) : throughBuffers(s, m.buffers, e, node, aux);
}

/** The value of `cell` after the events not happening after `e` (`e` itself is left out). */
export function valueWithout(s: DporState, e: number, cell: number): number {
  return valueBehind(s, e, cell, s.m.cellLast[cell]!);
}

/** The same, for a caller that knows that nothing after slot `k` stored to the cell and stays. */
function valueBehind(s: DporState, e: number, cell: number, newest: number): number {
  const { m, clock, agents } = s;
  const { slots, events } = m;
  const agent = events[(e << E.SHIFT) + E.AGENT]!;
  let bits = 0;
  for (let k = newest; k >= 0; ) {
    const slot = k << S.SHIFT;
    const i = slots[slot + S.EVENT]!;
    if (i < e || (i !== e && clock[i * agents + agent]! <= e)) {
      // An OR that stays may stand after one that goes, so its own result says too much.
      if (slots[slot + S.MODE]! !== Mode.OR) return slots[slot + S.AFTER]! | bits;
      bits |= m.auto.nodes[(events[(i << E.SHIFT) + E.NODE]! << N.SHIFT) + N.A]!;
    }
    k = slots[slot + S.PREV]!;
  }
  return (cell < m.cells ? m.initial[cell]! : 0) | bits;
}

/**
 * The footprint of the compare-and-exchange made by event `d` at `node`, if it came before `e`. Whatever
 * stores to its cell after `d` happens after `d`, hence after `e`, so the look back starts at `d`.
 */
export function exchangedBefore(s: DporState, e: number, d: number, node: number): number {
  const { nodes } = s.m.auto;
  const n = node << N.SHIFT;
  const own = s.m.events[(d << E.SHIFT) + E.SLOT]! << S.SHIFT;
  const value = valueBehind(s, e, nodes[n + N.CELL]!, s.m.slots[own + S.PREV]!);
  return value === nodes[n + N.A]! ? nodes[n + N.WRITES]! : nodes[n + N.READS]!;
}

function inMemory(s: DporState, e: number, node: number): number {
  const { nodes, ops } = s.m.auto;
  const n = node << N.SHIFT;
  const cell = nodes[n + N.CELL]!;
  switch (nodes[n + N.KIND]!) {
    case Kind.CMPXCHG:
      return valueWithout(s, e, cell) === nodes[n + N.A]! ? nodes[n + N.WRITES]! : nodes[n + N.READS]!;
    case Kind.TRYLOCK:
      return valueWithout(s, e, cell) === 0 ? nodes[n + N.WRITES]! : nodes[n + N.READS]!;
    case Kind.LOCK:
      return valueWithout(s, e, cell) === 0 ? nodes[n + N.WRITES]! : Foot.DISABLED;
    case Kind.AWAIT:
      return ops[node]!.test!(valueWithout(s, e, cell)) ? nodes[n + N.READS]! : Foot.DISABLED;
    case Kind.RETRY: {
      const { cells, values } = ops[node]!;
      for (let i = 0; i < cells.length; i++) {
        if (valueWithout(s, e, cells[i]!) !== values[i]) return nodes[n + N.READS]!;
      }
      return Foot.DISABLED;
    }
    case Kind.GUARDED:
      if (!ops[node]!.test!(valueWithout(s, e, ops[node]!.guard))) return Foot.DISABLED;
      return tried(s, e, node);
    case Kind.ATOMIC:
      return tried(s, e, node);
    case Kind.READ:
    case Kind.CHOOSE:
    case Kind.FENCE:
      return nodes[n + N.READS]!;
    default:
      return nodes[n + N.WRITES]!;
  }
}

/** Run an atomic body on scratch memory to see what it would store to. */
function tried(s: DporState, e: number, node: number): number {
  const { foots, nodes, ops } = s.m.auto;
  const { scratch } = s;
  let foot = nodes[(node << N.SHIFT) + N.READS]!;
  const from = foots.start[foot]!;
  const end = foots.start[foot + 1]!;
  for (let i = from; i < end; i++) {
    const cell = foots.items[i]! >> 2;
    scratch[cell] = valueWithout(s, e, cell);
  }
  try {
    ops[node]!.run!(scratch, 0, NO_FAULTS);
  } catch {
    // The same exception is a fault when the step is really taken.
  }
  for (let i = from; i < end; i++) {
    const cell = foots.items[i]! >> 2;
    if (scratch[cell] !== valueWithout(s, e, cell)) foot = foots.extend(foot, access(cell, Mode.WRITE));
  }
  return foot;
}

function throughBuffers(s: DporState, b: StoreBuffers, e: number, node: number, aux: number): number {
  const { m } = s;
  const { nodes, foots, ops } = m.auto;
  const n = node << N.SHIFT;
  const kind = nodes[n + N.KIND]!;
  const thread = m.auto.thread[node]!;
  if (kind === Kind.WRITE || kind === Kind.UNLOCK) return Foot.NONE;
  if (kind === Kind.READ || kind === Kind.AWAIT || kind === Kind.RETRY) {
    const op = ops[node]!;
    let ready = kind === Kind.READ;
    let foot = Foot.NONE;
    for (let i = 0; i < (kind === Kind.RETRY ? op.cells.length : 1); i++) {
      const cell = kind === Kind.RETRY ? op.cells[i]! : op.cell;
      const entry = b.newest(thread, cell, aux);
      const buffered = entry >= 0 && valueWithout(s, e, b.entryCell(thread, entry)) === 0;
      const value = buffered ? b.value[entry * b.threads + thread]! : valueWithout(s, e, cell);
      ready ||= kind === Kind.RETRY ? value !== op.values[i] : kind === Kind.AWAIT && op.test!(value);
      foot = foots.extend(foot, access(buffered ? b.entryCell(thread, entry) : cell, Mode.READ));
    }
    return ready ? foot : Foot.DISABLED;
  }
  const own = aux > 0 && drains(m, node) ? b.entryCell(thread, aux - 1) : -1;
  if (own >= 0 && valueWithout(s, e, own) === 0) return Foot.DISABLED;
  const foot = inMemory(s, e, node);
  return own < 0 || foot === Foot.DISABLED ? foot : foots.extend(foot, access(own, Mode.READ));
}
