/**
 * What a thread may still touch, as far as it is known: per automaton node the cells read and written from
 * there on. A node whose continuation has not been seen yet is assumed to go on as the same step of that
 * thread did elsewhere.
 */

import type { Execution } from '../execution/execution.js';
import { N } from '../program/automata.js';
import { Mode } from '../program/footprints.js';
import { among, Kind, Kinds } from '../program/kinds.js';

export class Futures {
  /** Number of edges seen; conclusions drawn from fewer may be wrong. */
  edges = 0;
  readonly #x: Execution;
  /** Ints of one set of cells; there are two per node, of cells read and of cells written. */
  readonly #size: number;
  #sets = new Int32Array(0);
  /** Nodes that have a set. */
  #count = 0;
  /** By kind of step: the union over all nodes of that kind. */
  #steps = new Int32Array(0);
  readonly #stepOf: number[] = [];
  readonly #stepIds = new Map<string, number>();
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #seen = new Set<number>();
  readonly #leaves: boolean[] = [];

  constructor(x: Execution) {
    this.#x = x;
    this.#size = (x.cells + 31) >>> 5;
  }

  /** A step at node `from` led to node `to`. */
  learn(from: number, to: number): void {
    const edge = from * 0x4000000 + to;
    if (this.#seen.has(edge)) return;
    this.#seen.add(edge);
    this.#from.push(from);
    this.#to.push(to);
    this.#leaves[from] = false;
    this.edges++;
  }

  /** Take into account what has been learnt. */
  refresh(): void {
    const { auto } = this.#x;
    const pair = 2 * this.#size;
    this.#count = auto.count;
    for (let node = 0; node < this.#count; node++) {
      this.#stepOf[node] ??= this.#stepOfNode(node);
      this.#leaves[node] ??= !among(Kinds.OVER, auto.nodes[(node << N.SHIFT) + N.KIND]!);
    }
    this.#sets = new Int32Array(this.#count * pair);
    this.#steps = new Int32Array(this.#stepIds.size * pair);
    for (let node = 0; node < this.#count; node++) this.#ownStep(node);
    while (this.#spread(pair));
  }

  /** Once over all edges, the newest first; true if something has changed. */
  #spread(pair: number): boolean {
    let changed = false;
    for (let i = this.edges - 1; i >= 0; i--) {
      if (join(this.#sets, this.#from[i]! * pair, this.#sets, this.#to[i]! * pair, pair)) changed = true;
    }
    for (let node = this.#count - 1; node >= 0; node--) {
      const step = this.#stepOf[node]! * pair;
      if (join(this.#steps, step, this.#sets, node * pair, pair)) changed = true;
      if (this.#leaves[node] && join(this.#sets, node * pair, this.#steps, step, pair)) changed = true;
    }
    return changed;
  }

  /** Whether the footprint `foot` conflicts with what the thread at `node` may still do. */
  conflict(node: number, foot: number): boolean {
    const { foots } = this.#x.auto;
    const known = node < this.#count;
    if (!known && this.#stepOf[node] === undefined) {
      const step = this.#stepOfNode(node);
      if (step * 2 * this.#size >= this.#steps.length) return true;
      this.#stepOf[node] = step;
    }
    const sets = known ? this.#sets : this.#steps;
    const reads = (known ? node : this.#stepOf[node]!) * 2 * this.#size;
    const writes = reads + this.#size;
    for (let i = foots.start[foot]!; i < foots.start[foot + 1]!; i++) {
      const cell = foots.items[i]! >> 2;
      const bit = 1 << (cell & 31);
      if ((sets[writes + (cell >>> 5)]! & bit) !== 0) return true;
      if ((foots.items[i]! & 3) === Mode.READ) continue;
      if ((sets[reads + (cell >>> 5)]! & bit) !== 0) return true;
    }
    return false;
  }

  #stepOfNode(node: number): number {
    const { auto } = this.#x;
    const { kind, cell, cells, a, b, label } = auto.ops[node]!;
    const text = [auto.thread[node], kind, cell, cells.join(), a, b, label].join(' ');
    const known = this.#stepIds.get(text);
    if (known !== undefined) return known;
    this.#stepIds.set(text, this.#stepIds.size);
    return this.#stepIds.size - 1;
  }

  /** Enter what the step of a node may itself touch. */
  #ownStep(node: number): void {
    const { nodes } = this.#x.auto;
    const n = node << N.SHIFT;
    const kind = nodes[n + N.KIND]!;
    // An atomic step may store to any of its cells.
    const storesToAll = kind === Kind.ATOMIC || kind === Kind.GUARDED;
    this.#enter(node * 2 * this.#size, nodes[n + N.READS]!, storesToAll);
    this.#enter(node * 2 * this.#size, nodes[n + N.WRITES]!, storesToAll);
  }

  #enter(reads: number, foot: number, storesToAll: boolean): void {
    const { items, start } = this.#x.auto.foots;
    for (let i = start[foot]!; i < start[foot + 1]!; i++) {
      const item = items[i]!;
      const stores = storesToAll || (item & 3) !== Mode.READ;
      this.#sets[reads + (stores ? this.#size : 0) + (item >> 7)]! |= 1 << ((item >> 2) & 31);
    }
  }
}

/** Add the set at `from` to the one at `at`; true if there was anything new. */
function join(to: Int32Array, at: number, other: Int32Array, from: number, size: number): boolean {
  let changed = false;
  for (let i = 0; i < size; i++) {
    const both = to[at + i]! | other[from + i]!;
    if (both === to[at + i]) continue;
    to[at + i] = both;
    changed = true;
  }
  return changed;
}
