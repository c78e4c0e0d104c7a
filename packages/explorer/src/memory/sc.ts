/** Sequential consistency: every step acts on memory at once. */

import { N } from '../automaton/automata.js';
import { access, Mode } from '../automaton/footprints.js';
import { among, Kind, Kinds } from '../automaton/kinds.js';
import { errorText } from '../errors.js';
import { type Machine, push, S, touch } from './machine.js';

/** Whether the next step of `thread` can be taken now. */
export function enabledSc(m: Machine, thread: number): boolean {
  const { nodes } = m.auto;
  const node = m.cur[thread]!;
  const n = node << N.SHIFT;
  const kind = nodes[n + N.KIND]!;
  if (kind < Kind.LOCK) return true;
  if (kind === Kind.LOCK) return m.mem[nodes[n + N.CELL]!] === 0;
  if (among(Kinds.OVER, kind)) return false;
  if (kind === Kind.AWAIT) return m.auto.ops[node]!.test!(m.mem[nodes[n + N.CELL]!]!);
  if (kind === Kind.GUARDED) return m.auto.ops[node]!.test!(m.mem[m.auto.ops[node]!.guard]!);
  if (kind === Kind.RETRY) return changed(m, node);
  return true;
}

function changed(m: Machine, node: number): boolean {
  const { cells, values } = m.auto.ops[node]!;
  for (let i = 0; i < cells.length; i++) if (m.mem[cells[i]!] !== values[i]) return true;
  return false;
}

/** Take the next step of `thread`. */
export function executeSc(m: Machine, thread: number, choice: number): void {
  const node = m.cur[thread]!;
  push(m, thread, node, choice, effect(m, thread, node, choice), 0);
}

/** Do to memory what the step at `node` does; leaves the answer in `m.result`, returns the footprint. */
export function effect(m: Machine, thread: number, node: number, choice: number): number {
  const { mem } = m;
  const { nodes } = m.auto;
  const n = node << N.SHIFT;
  const cell = nodes[n + N.CELL]!;
  const old = cell >= 0 ? mem[cell]! : 0;
  m.result = 0;
  switch (nodes[n + N.KIND]!) {
    case Kind.READ:
    case Kind.AWAIT:
      m.result = old;
      touch(m, cell, Mode.READ, old, old);
      return nodes[n + N.READS]!;
    case Kind.CMPXCHG: {
      m.result = old;
      if (old !== nodes[n + N.A]!) {
        touch(m, cell, Mode.READ, old, old);
        return nodes[n + N.READS]!;
      }
      return store(m, n, cell, old, nodes[n + N.B]!);
    }
    case Kind.WRITE:
      return store(m, n, cell, old, nodes[n + N.A]!);
    case Kind.XCHG:
      m.result = old;
      return store(m, n, cell, old, nodes[n + N.A]!);
    case Kind.OR: {
      const value = old | nodes[n + N.A]!;
      touch(m, cell, m.auto.awaited[cell] === 1 ? Mode.WRITE : Mode.OR, old, value);
      mem[cell] = value;
      return nodes[n + N.WRITES]!;
    }
    case Kind.LOCK:
      return store(m, n, cell, old, thread + 1);
    case Kind.UNLOCK:
      if (old !== thread + 1) notHeld(m, thread, cell, old);
      return store(m, n, cell, old, 0);
    case Kind.TRYLOCK:
      if (old !== 0) {
        touch(m, cell, Mode.READ, old, old);
        return nodes[n + N.READS]!;
      }
      m.result = 1;
      return store(m, n, cell, old, thread + 1);
    case Kind.RETRY:
      for (const c of m.auto.ops[node]!.cells) touch(m, c, Mode.READ, mem[c]!, mem[c]!);
      return nodes[n + N.READS]!;
    case Kind.CHOOSE:
      m.result = choice;
      return nodes[n + N.READS]!;
    case Kind.ATOMIC:
    case Kind.GUARDED:
      return atomic(m, thread, node);
    default:
      return nodes[n + N.READS]!;
  }
}

function store(m: Machine, n: number, cell: number, old: number, value: number): number {
  touch(m, cell, Mode.WRITE, old, value);
  m.mem[cell] = value;
  return m.auto.nodes[n + N.WRITES]!;
}

/** The fault of releasing a lock that `thread` does not hold. */
export function notHeld(m: Machine, thread: number, cell: number, value: number): void {
  const { threads, cells } = m.program;
  const holder = value === 0 ? 'nobody' : (threads[value - 1]?.name ?? `thread ${value - 1}`);
  m.fail('LIVE', `${threads[thread]!.name} releases ${cells[cell]!.name}, which ${holder} holds`);
}

function atomic(m: Machine, thread: number, node: number): number {
  const { mem } = m;
  const { foots, nodes } = m.auto;
  let foot = nodes[(node << N.SHIFT) + N.READS]!;
  const base = m.slotTop;
  const end = foots.start[foot + 1]!;
  for (let i = foots.start[foot]!; i < end; i++) {
    const cell = foots.items[i]! >> 2;
    touch(m, cell, Mode.READ, mem[cell]!, mem[cell]!);
  }
  m.result = runBody(m, thread, node);
  const { slots } = m;
  for (let top = base; top < m.slotTop; top++) {
    const s = top << S.SHIFT;
    const cell = slots[s + S.CELL]!;
    const value = mem[cell]!;
    if (value === slots[s + S.BEFORE]!) continue;
    slots[s + S.MODE] = Mode.WRITE;
    slots[s + S.AFTER] = value;
    foot = foots.extend(foot, access(cell, Mode.WRITE));
  }
  return foot;
}

function runBody(m: Machine, thread: number, node: number): number {
  try {
    return m.auto.ops[node]!.run!(m.mem, 0, m);
  } catch (error) {
    m.fail('THROW', `${m.program.threads[thread]!.name} threw ${errorText(error)}`);
    return 0;
  }
}
