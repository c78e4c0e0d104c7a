/**
 * One execution under way: shared memory, where every thread stands, and the events so far, each with
 * what is needed to undo it. When a step can be taken and what it does is the memory model's business.
 */
import type { FaultSink, Program } from '@racewalk/core/step';
import type { MemoryModel } from '../models/model.js';
import { type Automata, N } from '../program/automata.js';
import { grown, Mode } from '../program/footprints.js';
import { Kind } from '../program/kinds.js';
import { E, S } from './events.js';

export class Execution implements FaultSink {
  readonly auto: Automata;
  readonly program: Program;
  readonly threads: number;
  readonly agents: number;
  readonly cells: number;
  readonly initial: Int32Array;
  /** Shared memory (the first {@link cells} words), then the private cells of the memory model. */
  mem: Int32Array;
  /** Newest slot on each cell, or -1. */
  cellLast: Int32Array;
  /** Node each agent stands at (-1 if it is no thread). */
  readonly cur: Int32Array;
  /** Newest event of each agent, or -1. */
  readonly last: Int32Array;
  events = new Int32Array(256 << E.SHIFT);
  slots = new Int32Array(512 << S.SHIFT);
  slotTop = 0;
  depth = 0;
  /** Result of the step being performed. */
  result = 0;
  faultCode = '';
  faultMessage = '';
  /** How often a fault was reported, kept or not. */
  fails = 0;
  readonly model: MemoryModel;

  /** `modelOf` is called once, when everything but `agents` and what depends on it is there. */
  constructor(auto: Automata, modelOf: (x: Execution) => MemoryModel) {
    const { program } = auto;
    this.auto = auto;
    this.program = program;
    this.threads = program.threads.length;
    this.cells = program.cells.length;
    this.initial = Int32Array.from(program.cells, (cell) => cell.initial);
    this.mem = new Int32Array(this.cells);
    this.cellLast = new Int32Array(this.cells);
    this.model = modelOf(this);
    this.agents = this.model.agents;
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
    this.model.reset();
  }

  /** Whether `agent` can take its next step now. */
  enabled(agent: number): boolean {
    return this.model.enabled(agent);
  }

  /** Take the next step of `agent`, which must be enabled; `choice` is the alternative at a CHOOSE. */
  execute(agent: number, choice: number): void {
    this.model.execute(agent, choice);
  }

  /** Take back the newest event. */
  undo(): void {
    const { events, slots, mem, cellLast } = this;
    const d = this.depth - 1;
    const e = d << E.SHIFT;
    const agent = events[e + E.AGENT]!;
    const node = events[e + E.NODE]!;
    const base = events[e + E.SLOT]!;
    for (let top = this.slotTop - 1; top >= base; top--) {
      const s = top << S.SHIFT;
      const cell = slots[s + S.CELL]!;
      mem[cell] = slots[s + S.BEFORE]!;
      cellLast[cell] = slots[s + S.PREV]!;
    }
    this.slotTop = base;
    this.cur[agent] = node;
    this.last[agent] = events[e + E.PREV]!;
    this.depth = d;
    this.model.undo(agent, events[e + E.AUX]!);
  }

  /** The message when the body of a thread has thrown. */
  thrown(thread: number, node: number): string {
    return `${this.program.threads[thread]!.name} threw ${this.auto.ops[node]!.label}`;
  }

  /** Only the first fault is kept: later ones may be its consequences. */
  fail(code: string, message: string): void {
    this.fails++;
    if (this.faultCode !== '') return;
    this.faultCode = code;
    this.faultMessage = message;
  }

  kindOf(agent: number): number {
    return this.auto.nodes[(this.cur[agent]! << N.SHIFT) + N.KIND]!;
  }

  /** How many alternatives the next step of `agent` has: 0 unless it is a CHOOSE. */
  alternatives(agent: number): number {
    return agent < this.threads && this.kindOf(agent) === Kind.CHOOSE
      ? this.auto.ops[this.cur[agent]!]!.a
      : 0;
  }

  /** Whether the enabled next step of `agent` can be taken with `choice`. */
  accepts(agent: number, choice: number): boolean {
    if (choice === 0 || choice < this.alternatives(agent)) return true;
    return agent < this.threads && this.model.old !== null && this.model.old.allows(agent, choice);
  }

  /** Kind of the step of event `d`; -1 if it was not a thread's. */
  kindAt(d: number): number {
    const node = this.events[(d << E.SHIFT) + E.NODE]!;
    return node < 0 ? -1 : this.auto.nodes[(node << N.SHIFT) + N.KIND]!;
  }

  /** The newest event that touched `cell`, or -1. */
  newestAccess(cell: number): number {
    const slot = this.cellLast[cell]!;
    return slot < 0 ? -1 : this.slots[(slot << S.SHIFT) + S.EVENT]!;
  }

  growEvents(): void {
    this.events = grown(this.events, 0);
  }

  growSlots(): void {
    this.slots = grown(this.slots, 0);
  }

  /** Make room for the private cell `cell`. */
  growCells(cell: number): void {
    if (cell < this.mem.length) return;
    const old = this.mem.length;
    this.mem = grown(this.mem, cell + 1);
    this.cellLast = grown(this.cellLast, cell + 1).fill(-1, old);
  }
}

/** Record one access of the event being performed. */
export function touch(x: Execution, cell: number, mode: number, before: number, after: number): void {
  const top = x.slotTop;
  if ((top + 1) << S.SHIFT > x.slots.length) x.growSlots();
  const { slots, cellLast } = x;
  const s = top << S.SHIFT;
  slots[s + S.CELL] = cell;
  slots[s + S.MODE] = mode;
  const prev = cellLast[cell]!;
  const p = prev << S.SHIFT;
  slots[s + S.PREV] = prev;
  slots[s + S.STORE] = prev < 0 || slots[p + S.MODE] !== Mode.READ ? prev : slots[p + S.STORE]!;
  slots[s + S.EVENT] = x.depth;
  slots[s + S.BEFORE] = before;
  slots[s + S.AFTER] = after;
  cellLast[cell] = top;
  x.slotTop = top + 1;
}

/** Complete the event being performed: its accesses are in the slots, its result in `x.result`. */
export function push(
  x: Execution,
  agent: number,
  node: number,
  choice: number,
  foot: number,
  aux: number,
): void {
  const d = x.depth;
  if ((d + 2) << E.SHIFT > x.events.length) x.growEvents();
  const { events, result } = x;
  const e = d << E.SHIFT;
  events[e + E.AGENT] = agent;
  events[e + E.NODE] = node;
  events[e + E.CHOICE] = choice;
  events[e + E.FOOT] = foot;
  events[e + E.PREV] = x.last[agent]!;
  events[e + E.AUX] = aux;
  events[e + E.RESULT] = result;
  events[e + (1 << E.SHIFT) + E.SLOT] = x.slotTop;
  x.last[agent] = d;
  x.depth = d + 1;
  if (node < 0) return;
  const { nodes } = x.auto;
  const n = node << N.SHIFT;
  x.cur[agent] =
    nodes[n + N.ANSWER] === result && nodes[n + N.NEXT]! >= 0 ? nodes[n + N.NEXT]! : onward(x, node);
}

function onward(x: Execution, node: number): number {
  const target = x.auto.next(node, x.result);
  if (x.auto.nodes[(target << N.SHIFT) + N.KIND] === Kind.THROW) {
    x.fail('THROW', x.thrown(x.auto.thread[node]!, target));
  }
  return target;
}
