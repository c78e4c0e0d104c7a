/**
 * Total store order: plain stores wait in a FIFO buffer of their thread, loads look there first, locked
 * steps and fences wait until it is empty. An unlock is a plain store. ATOMIC steps that are not locked
 * (a page walk) act on memory directly, past the buffer.
 */
import { N } from '../automaton/automata.js';
import { access, Foot, Mode } from '../automaton/footprints.js';
import { among, Kind, Kinds } from '../automaton/kinds.js';
import type { StoreBuffers } from './buffers.js';
import { type Machine, push, touch } from './machine.js';
import { effect, enabledSc, notHeld } from './sc.js';

/** Whether the step at `node` waits for the own store buffer. */
export function drains(m: Machine, node: number): boolean {
  const kind = m.auto.nodes[(node << N.SHIFT) + N.KIND]!;
  return among(Kinds.DRAINS, kind) && (m.auto.ops[node]!.locked || kind === Kind.FENCE);
}

/** What `thread` sees in `cell`: its own newest buffered store, else memory. */
function visible(m: Machine, b: StoreBuffers, thread: number, cell: number): number {
  const entry = forwards(b, thread, cell);
  return entry >= 0 ? b.value[entry * b.threads + thread]! : m.mem[cell]!;
}

/** The buffered store that answers a load of `cell` by `thread`, or -1. */
function forwards(b: StoreBuffers, thread: number, cell: number): number {
  const entry = b.newest(thread, cell, b.issued[thread]!);
  return entry >= b.flushed[thread]! ? entry : -1;
}

export function enabledTso(m: Machine, agent: number): boolean {
  const b = m.buffers!;
  if (agent >= m.threads) return b.flushed[agent - m.threads]! < b.issued[agent - m.threads]!;
  const node = m.cur[agent]!;
  if (drains(m, node)) return b.flushed[agent] === b.issued[agent] && enabledSc(m, agent);
  const op = m.auto.ops[node]!;
  if (op.kind === Kind.AWAIT) return op.test!(visible(m, b, agent, op.cell));
  if (op.kind === Kind.RETRY) {
    return op.cells.some((cell, i) => visible(m, b, agent, cell) !== op.values[i]);
  }
  return enabledSc(m, agent);
}

export function executeTso(m: Machine, agent: number, choice: number): void {
  const b = m.buffers!;
  if (agent >= m.threads) {
    flush(m, b, agent - m.threads);
    return;
  }
  const node = m.cur[agent]!;
  const issued = b.issued[agent]!;
  push(m, agent, node, choice, issue(m, b, agent, node, choice), issued);
}

function issue(m: Machine, b: StoreBuffers, thread: number, node: number, choice: number): number {
  const { nodes, foots } = m.auto;
  const n = node << N.SHIFT;
  const kind = nodes[n + N.KIND]!;
  const cell = nodes[n + N.CELL]!;
  if (kind === Kind.WRITE || kind === Kind.UNLOCK) {
    const isUnlock = kind === Kind.UNLOCK ? 1 : 0;
    m.growCells(b.issue(thread, cell, isUnlock ? 0 : nodes[n + N.A]!, m.depth, isUnlock));
    m.result = 0;
    return Foot.NONE;
  }
  if (kind === Kind.READ || kind === Kind.AWAIT) {
    m.result = visible(m, b, thread, cell);
    return look(m, b, thread, cell, Foot.NONE);
  }
  if (kind === Kind.RETRY) {
    let foot = Foot.NONE;
    for (const c of m.auto.ops[node]!.cells) foot = look(m, b, thread, c, foot);
    m.result = 0;
    return foot;
  }
  const foot = effect(m, thread, node, choice);
  if (!drains(m, node) || b.issued[thread] === 0) return foot;
  const newest = b.entryCell(thread, b.issued[thread]! - 1);
  touch(m, newest, Mode.READ, 1, 1);
  return foots.extend(foot, access(newest, Mode.READ));
}

/** Record a load of `cell`: of the buffer entry that answers it, or of memory. */
function look(m: Machine, b: StoreBuffers, thread: number, cell: number, foot: number): number {
  const entry = forwards(b, thread, cell);
  const from = entry >= 0 ? b.entryCell(thread, entry) : cell;
  touch(m, from, Mode.READ, m.mem[from]!, m.mem[from]!);
  return m.auto.foots.extend(foot, access(from, Mode.READ));
}

/** The oldest store in the buffer of `thread` reaches memory. */
function flush(m: Machine, b: StoreBuffers, thread: number): void {
  const entry = b.flushed[thread]!;
  const at = entry * b.threads + thread;
  const cell = b.cell[at]!;
  const old = m.mem[cell]!;
  if (b.unlock[at] === 1 && old !== thread + 1) notHeld(m, thread, cell, old);
  const own = b.entryCell(thread, entry);
  touch(m, cell, Mode.WRITE, old, b.value[at]!);
  touch(m, own, Mode.WRITE, 0, 1);
  m.mem[cell] = b.value[at]!;
  m.mem[own] = 1;
  b.flushed[thread] = entry + 1;
  m.result = 0;
  const foot = m.auto.foots.extend(Foot.NONE, access(cell, Mode.WRITE));
  push(m, m.threads + thread, -1, 0, m.auto.foots.extend(foot, access(own, Mode.WRITE)), entry);
}
