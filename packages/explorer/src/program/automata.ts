/**
 * The threads, unrolled lazily into automata: a node is the next step of a thread, an edge is the result that
 * the step returned. The generators run only when a new node is found; everything else reads these tables.
 */

import {
  type MemoryModelName,
  type Op,
  OpKind,
  Order,
  type Program,
  roleOf,
  type Word,
} from '@racewalk/core/step';
import { hiddenState } from '../errors.js';
import { refuseAlike } from './alike.js';
import { mayBeOld } from './barriers.js';
import { Bodies, type History } from './bodies.js';
import { access, Foot, Footprints, grown, Mode } from './footprints.js';
import { among, Kind, Kinds } from './kinds.js';
import { Outcomes } from './outcomes.js';
import { differences } from './signature.js';

/** A node is a record of `1 << N.SHIFT` ints. */
export const enum N {
  SHIFT = 3,
  KIND = 0,
  CELL = 1,
  A = 2,
  B = 3,
  /** Footprint when it changes nothing / when it stores to `cell`. */
  READS = 4,
  WRITES = 5,
  /** The edge used last: its result and its target (-1: none). Never one to a THROW. */
  ANSWER = 6,
  NEXT = 7,
}

/** Thrown when a search must restart because two ORs turned out not to commute. */
export class RestartSignal extends Error {}

export class Automata {
  readonly program: Program;
  readonly memory: MemoryModelName;
  readonly foots = new Footprints();
  readonly outcomes = new Outcomes();
  nodes = new Int32Array(64 << N.SHIFT);
  count = 0;
  /** Per node what does not fit an int: operand lists, predicates, bodies, texts. */
  readonly ops: Op[] = [];
  /** Per node the thread it belongs to, and the edge it was found by (-1 for the first). */
  readonly thread: number[] = [];
  readonly parent: number[] = [];
  readonly parentAnswer: Word[] = [];
  /** First node of every thread. */
  readonly roots: number[] = [];
  /**
   * Cells that a thread may wait for: an OR there is an ordinary store, because a waiter can observe the
   * order.
   */
  readonly awaited: Uint8Array;
  /** True once some thread has been seen to make a CHOOSE. */
  chooses = false;
  /** True once some thread has been seen to make a load, not its first step, that may be early in the weak order. */
  loadsEarly = false;
  /** Cells that some thread ORs. */
  readonly ored: Uint8Array;
  readonly #bodies: Bodies;
  readonly #keyed = new Map<string, number>();
  readonly #joined = new Map<string, number>();
  #edges = new Int32Array(3 * 256).fill(-1);
  #edgeMask = 255;
  #edgeCount = 0;
  #restart = false;

  /** `joins`: whether histories join where calls end, besides where they pass a key. */
  constructor(program: Program, memory: MemoryModelName, joins = false) {
    this.program = program;
    this.memory = memory;
    // A load that is early may come between any two ORs, so they do not commute.
    this.awaited = new Uint8Array(program.cells.length).fill(memory === 'weak' ? 1 : 0);
    this.ored = new Uint8Array(program.cells.length);
    this.#bodies = new Bodies(program, memory, joins);
  }

  /** Find the first step of every thread. */
  start(): void {
    if (this.roots.length > 0) return;
    for (let t = 0; t < this.program.threads.length; t++) this.roots.push(this.#discover(t, -1, 0));
    this.#restart = false;
  }

  /** True if `key` promises have made some automaton finite: only then can a state repeat. */
  get keyed(): boolean {
    return this.#keyed.size > 0;
  }

  /** Treat ORs to `cells` as stores from the beginning. */
  await(cells: readonly number[]): void {
    for (const cell of cells) this.awaited[cell] = 1;
    for (let node = 0; node < this.count; node++) this.#footprints(node);
  }

  /** The node after `node` if its step returned `answer`. */
  next(node: number, answer: Word): number {
    const mask = this.#edgeMask;
    const edges = this.#edges;
    let i = (Math.imul(node, 0x9e3779b1) ^ Math.imul(answer, 0x85ebca6b)) >>> 6;
    for (;;) {
      i &= mask;
      const at = i * 3;
      if (edges[at] === node && edges[at + 1] === answer) {
        const target = edges[at + 2]!;
        this.#remember(node, answer, target);
        return target;
      }
      if (edges[at]! < 0) break;
      i++;
    }
    const target = this.#discover(this.thread[node]!, node, answer);
    this.#addEdge(node, answer, target);
    if (this.#restart) {
      this.#restart = false;
      throw new RestartSignal();
    }
    return target;
  }

  /** The results of the steps on the way to `node`, first to last. */
  history(node: number): History {
    const answers: Word[] = [];
    const nodes: number[] = [];
    for (let n = node; this.parent[n]! >= 0; n = this.parent[n]!) {
      answers.push(this.parentAnswer[n]!);
      nodes.push(this.parent[n]!);
    }
    return { nodes: nodes.reverse(), answers: answers.reverse() };
  }

  #discover(thread: number, from: number, answer: Word): number {
    const found = this.#bodies.advance(thread, from, answer, () => this.history(from));
    let node = -1;
    for (const key of found.keys) {
      const known = this.#keyed.get(key);
      if (known === undefined) continue;
      const wrong = differences(this.ops[known]!, found.op);
      if (wrong !== '') {
        throw hiddenState(
          `${this.program.threads[thread]!.name}: two histories with the key ${key} go on differently: ${wrong}`,
        );
      }
      node = known;
    }
    for (const place of found.places) {
      if (node >= 0) break;
      const known = this.#joined.get(place);
      if (known === undefined) continue;
      const wrong = differences(this.ops[known]!, found.op);
      if (wrong !== '') {
        throw hiddenState(
          `${this.program.threads[thread]!.name}: two histories of a call that ended alike go on differently: ${wrong}`,
        );
      }
      node = known;
    }
    if (node < 0) node = this.#add(thread, from, answer, found.op);
    for (const key of found.keys) this.#keyed.set(key, node);
    for (const place of found.places) this.#joined.set(place, node);
    this.#bodies.standsAt(thread, node);
    return node;
  }

  #add(thread: number, from: number, answer: Word, op: Op): number {
    if (op.drains.length > 0 && this.memory !== 'sc') refuseAlike(this.program, thread, op);
    const node = this.count++;
    if ((node + 1) << N.SHIFT > this.nodes.length) this.nodes = grown(this.nodes, (node + 1) << N.SHIFT);
    this.ops.push(op);
    this.thread.push(thread);
    this.parent.push(from);
    this.parentAnswer.push(answer);
    const n = node << N.SHIFT;
    const kind = op.kind === OpKind.ATOMIC && op.guards.length > 0 ? Kind.GUARDED : op.kind;
    this.nodes[n + N.KIND] = kind;
    this.nodes[n + N.CELL] = op.cell;
    this.nodes[n + N.A] = op.a;
    this.nodes[n + N.B] = op.b;
    this.nodes[n + N.NEXT] = -1;
    if (kind === Kind.READ && from >= 0 && this.memory === 'weak' && op.order !== Order.FULL) {
      this.loadsEarly ||= mayBeOld(roleOf(this.program.cells[op.cell]!));
    }
    this.#note(kind, op);
    this.#footprints(node);
    return node;
  }

  /**
   * Remember which cells are waited for. An OR that has been explored may have to count as a store from now
   * on.
   */
  #note(kind: number, op: Op): void {
    if (kind === Kind.OR) this.ored[op.cell] = 1;
    if (kind === Kind.CHOOSE) this.chooses = true;
    if (!among(Kinds.WAITS, kind)) return;
    let late = false;
    for (const cell of kind === Kind.RETRY ? op.cells : kind === Kind.GUARDED ? op.guards : [op.cell]) {
      late ||= this.ored[cell] === 1 && this.awaited[cell] === 0;
      this.awaited[cell] = 1;
    }
    if (!late) return;
    for (let node = 0; node < this.count; node++) this.#footprints(node);
    this.#restart = true;
  }

  #footprints(node: number): void {
    const op = this.ops[node]!;
    const n = node << N.SHIFT;
    let reads = Foot.NONE;
    for (const cell of op.cells) reads = this.foots.extend(reads, access(cell, Mode.READ));
    let writes = reads;
    if (op.cell >= 0) {
      reads = this.foots.extend(reads, access(op.cell, Mode.READ));
      const commutes = op.kind === OpKind.OR && this.awaited[op.cell] === 0;
      writes = this.foots.extend(writes, access(op.cell, commutes ? Mode.OR : Mode.WRITE));
    }
    this.nodes[n + N.READS] = reads;
    this.nodes[n + N.WRITES] = writes;
  }

  #addEdge(node: number, answer: Word, target: number): void {
    this.#edgeCount++;
    if (this.#edgeCount * 2 > this.#edgeMask) {
      const old = this.#edges;
      this.#edgeMask = this.#edgeMask * 2 + 1;
      this.#edges = new Int32Array(3 * (this.#edgeMask + 1)).fill(-1);
      for (let at = 0; at < old.length; at += 3) {
        if (old[at]! >= 0) this.#place(old[at]!, old[at + 1]!, old[at + 2]!);
      }
    }
    this.#place(node, answer, target);
    this.#remember(node, answer, target);
  }

  /**
   * Keep the edge as the one used last, unless operation code throws there: who follows a remembered edge does not
   * come here, and a fault must be reported every time.
   */
  #remember(node: number, answer: Word, target: number): void {
    const { nodes } = this;
    if (nodes[(target << N.SHIFT) + N.KIND] === Kind.THROW) return;
    const n = node << N.SHIFT;
    nodes[n + N.ANSWER] = answer;
    nodes[n + N.NEXT] = target;
  }

  #place(node: number, answer: Word, target: number): void {
    let i = (Math.imul(node, 0x9e3779b1) ^ Math.imul(answer, 0x85ebca6b)) >>> 6;
    for (i &= this.#edgeMask; this.#edges[i * 3]! >= 0; i = (i + 1) & this.#edgeMask);
    this.#edges[i * 3] = node;
    this.#edges[i * 3 + 1] = answer;
    this.#edges[i * 3 + 2] = target;
  }
}
