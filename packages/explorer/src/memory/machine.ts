/**
 * One execution under way: shared memory, where every thread stands, and the events so far, each with
 * what is needed to undo it. The agents are the threads and, under TSO, one store buffer per thread.
 */
import type { FaultSink, Program } from '@racewalk/core/step';
import { type Automata, N } from '../automaton/automata.js';
import { grown } from '../automaton/footprints.js';
import { Kind } from '../automaton/kinds.js';
import { StoreBuffers } from './buffers.js';

/** An event is a record of `1 << E.SHIFT` ints. */
export const enum E {
  SHIFT = 3,
  AGENT = 0,
  /** Automaton node before the event; -1 for a store leaving a store buffer. */
  NODE = 1,
  CHOICE = 2,
  FOOT = 3,
  /** Its slots are those from here up to the same field of the next event. */
  SLOT = 4,
  /** The previous event of the same agent, or -1. */
  PREV = 5,
  /** TSO: stores this thread had issued before the event; or the entry that left the buffer. */
  AUX = 6,
  RESULT = 7,
}

/** A slot is one access of an event: a record of `1 << S.SHIFT` ints, the last two unused. */
export const enum S {
  SHIFT = 3,
  CELL = 0,
  MODE = 1,
  /** The slot before on the same cell, or -1. */
  PREV = 2,
  EVENT = 3,
  BEFORE = 4,
  AFTER = 5,
}

export class Machine implements FaultSink {
  readonly auto: Automata;
  readonly program: Program;
  readonly threads: number;
  readonly agents: number;
  readonly cells: number;
  readonly initial: Int32Array;
  /** Shared memory, then (TSO) one word per store: has it left its buffer? */
  mem: Int32Array;
  /** Newest slot on each cell, or -1. */
  cellLast: Int32Array;
  /** Node each agent stands at (-1 for store buffers). */
  readonly cur: Int32Array;
  /** Newest event of each agent, or -1. */
  readonly last: Int32Array;
  events = new Int32Array(256 << E.SHIFT);
  slots = new Int32Array(512 << S.SHIFT);
  slotTop = 0;
  depth = 0;
  /** Answer of the step being performed. */
  result = 0;
  faultCode = '';
  faultMessage = '';
  readonly buffers: StoreBuffers | null;

  constructor(auto: Automata) {
    const { program } = auto;
    this.auto = auto;
    this.program = program;
    this.threads = program.threads.length;
    this.cells = program.cells.length;
    this.buffers = auto.memory === 'tso' ? new StoreBuffers(this.threads, this.cells) : null;
    this.agents = this.buffers === null ? this.threads : 2 * this.threads;
    this.initial = Int32Array.from(program.cells, (cell) => cell.initial);
    this.mem = new Int32Array(this.cells);
    this.cellLast = new Int32Array(this.cells);
    this.cur = new Int32Array(this.agents);
    this.last = new Int32Array(this.agents);
    this.reset();
  }

  /** Back to the initial state. */
  reset(): void {
    this.forget();
    this.mem.fill(0);
    this.mem.set(this.initial);
    this.cur.fill(-1);
    for (let t = 0; t < this.threads; t++) this.cur[t] = this.auto.roots[t]!;
    for (let t = 0; t < this.threads; t++) {
      if (this.kindOf(t) === Kind.THROW) this.fail('THROW', this.thrown(t, this.cur[t]!));
    }
  }

  /** Drop all events, so that the present state becomes the one before the first event. */
  forget(): void {
    this.mem.fill(0, this.cells);
    this.cellLast.fill(-1);
    this.last.fill(-1);
    this.slotTop = 0;
    this.depth = 0;
    this.events[E.SLOT] = 0;
    this.faultCode = '';
    this.faultMessage = '';
    this.buffers?.reset();
  }

  /** What to say when the body of a thread has thrown. */
  thrown(thread: number, node: number): string {
    return `${this.program.threads[thread]!.name} threw ${this.auto.ops[node]!.label}`;
  }

  /** The first fault of a step counts; a step after it only adds to the damage. */
  fail(code: string, message: string): void {
    if (this.faultCode !== '') return;
    this.faultCode = code;
    this.faultMessage = message;
  }

  kindOf(agent: number): number {
    return this.auto.nodes[(this.cur[agent]! << N.SHIFT) + N.KIND]!;
  }

  growEvents(): void {
    this.events = grown(this.events, 0);
  }

  growSlots(): void {
    this.slots = grown(this.slots, 0);
  }

  /** Make room for cell number `cell` (a buffer entry's). */
  growCells(cell: number): void {
    if (cell < this.mem.length) return;
    const old = this.mem.length;
    this.mem = grown(this.mem, cell + 1);
    this.cellLast = grown(this.cellLast, cell + 1).fill(-1, old);
  }
}

/** Record one access of the event being performed. */
export function touch(m: Machine, cell: number, mode: number, before: number, after: number): void {
  const top = m.slotTop;
  if ((top + 1) << S.SHIFT > m.slots.length) m.growSlots();
  const { slots, cellLast } = m;
  const s = top << S.SHIFT;
  slots[s + S.CELL] = cell;
  slots[s + S.MODE] = mode;
  slots[s + S.PREV] = cellLast[cell]!;
  slots[s + S.EVENT] = m.depth;
  slots[s + S.BEFORE] = before;
  slots[s + S.AFTER] = after;
  cellLast[cell] = top;
  m.slotTop = top + 1;
}

/** Complete the event being performed: its accesses are in the slots, its answer in `m.result`. */
export function push(
  m: Machine,
  agent: number,
  node: number,
  choice: number,
  foot: number,
  aux: number,
): void {
  const d = m.depth;
  if ((d + 2) << E.SHIFT > m.events.length) m.growEvents();
  const { events, result } = m;
  const e = d << E.SHIFT;
  events[e + E.AGENT] = agent;
  events[e + E.NODE] = node;
  events[e + E.CHOICE] = choice;
  events[e + E.FOOT] = foot;
  events[e + E.PREV] = m.last[agent]!;
  events[e + E.AUX] = aux;
  events[e + E.RESULT] = result;
  events[e + (1 << E.SHIFT) + E.SLOT] = m.slotTop;
  m.last[agent] = d;
  m.depth = d + 1;
  if (node < 0) return;
  const { nodes } = m.auto;
  const n = node << N.SHIFT;
  m.cur[agent] =
    nodes[n + N.ANSWER] === result && nodes[n + N.NEXT]! >= 0 ? nodes[n + N.NEXT]! : onward(m, node);
}

function onward(m: Machine, node: number): number {
  const target = m.auto.next(node, m.result);
  if (m.auto.nodes[(target << N.SHIFT) + N.KIND] === Kind.THROW) {
    m.fail('THROW', m.thrown(m.auto.thread[node]!, target));
  }
  return target;
}

/** Take back the newest event. */
export function undo(m: Machine): void {
  const { events, slots, mem, cellLast } = m;
  const d = m.depth - 1;
  const e = d << E.SHIFT;
  const agent = events[e + E.AGENT]!;
  const node = events[e + E.NODE]!;
  const base = events[e + E.SLOT]!;
  for (let top = m.slotTop - 1; top >= base; top--) {
    const s = top << S.SHIFT;
    const cell = slots[s + S.CELL]!;
    mem[cell] = slots[s + S.BEFORE]!;
    cellLast[cell] = slots[s + S.PREV]!;
  }
  m.slotTop = base;
  m.cur[agent] = node;
  m.last[agent] = events[e + E.PREV]!;
  m.depth = d;
  if (m.buffers !== null) m.buffers.undo(agent, events[e + E.AUX]!);
}
