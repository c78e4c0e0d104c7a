/**
 * What a thread may still touch, as far as it is known: per automaton node the cells read and written
 * from there on, over all edges seen so far.
 */
import { N } from '../automaton/automata.js';
import { grown, Mode } from '../automaton/footprints.js';
import { Kind } from '../automaton/kinds.js';
import type { Machine } from '../memory/machine.js';

export class Futures {
  /** Edges that were new; what was concluded before may be wrong after it has changed. */
  edges = 0;
  readonly #m: Machine;
  /** Ints of one set of cells; a node has two, of cells read and of cells written. */
  readonly #size: number;
  #sets = new Int32Array(1024);
  readonly #known: boolean[] = [];
  readonly #before: number[][] = [];
  readonly #seen = new Set<number>();

  constructor(m: Machine) {
    this.#m = m;
    this.#size = (m.cells + 31) >>> 5;
  }

  /** A step at node `from` led to node `to`. */
  learn(from: number, to: number): void {
    const edge = from * 0x4000000 + to;
    if (this.#seen.has(edge)) return;
    this.#seen.add(edge);
    this.edges++;
    this.#know(from);
    this.#know(to);
    this.#before[to]!.push(from);
    const todo = [from, to];
    // Pairs of a node and one after it.
    for (let after = todo.pop(); after !== undefined; after = todo.pop()) {
      const node = todo.pop()!;
      if (!this.#join(node, after)) continue;
      for (const earlier of this.#before[node]!) todo.push(earlier, node);
    }
  }

  /** Whether the footprint `foot` conflicts with what the thread at `node` may still do. */
  conflict(node: number, foot: number): boolean {
    const { foots } = this.#m.auto;
    this.#know(node);
    const reads = node * 2 * this.#size;
    const writes = reads + this.#size;
    for (let i = foots.start[foot]!; i < foots.start[foot + 1]!; i++) {
      const cell = foots.items[i]! >> 2;
      const bit = 1 << (cell & 31);
      if ((this.#sets[writes + (cell >>> 5)]! & bit) !== 0) return true;
      if ((foots.items[i]! & 3) === Mode.READ) continue;
      if ((this.#sets[reads + (cell >>> 5)]! & bit) !== 0) return true;
    }
    return false;
  }

  /** Enter a node with what its own step may touch. */
  #know(node: number): void {
    if (this.#known[node]) return;
    this.#known[node] = true;
    this.#before[node] = [];
    const reads = node * 2 * this.#size;
    if (reads + 2 * this.#size > this.#sets.length) this.#sets = grown(this.#sets, reads + 2 * this.#size);
    const { auto } = this.#m;
    const n = node << N.SHIFT;
    const kind = auto.nodes[n + N.KIND]!;
    // An atomic step may store to any of its cells.
    const storesToAll = kind === Kind.ATOMIC || kind === Kind.GUARDED;
    this.#enter(reads, auto.nodes[n + N.READS]!, storesToAll);
    this.#enter(reads, auto.nodes[n + N.WRITES]!, storesToAll);
  }

  #enter(reads: number, foot: number, storesToAll: boolean): void {
    const { items, start } = this.#m.auto.foots;
    for (let i = start[foot]!; i < start[foot + 1]!; i++) {
      const item = items[i]!;
      const stores = storesToAll || (item & 3) !== Mode.READ;
      this.#sets[reads + (stores ? this.#size : 0) + (item >> 7)]! |= 1 << ((item >> 2) & 31);
    }
  }

  #join(node: number, after: number): boolean {
    const sets = this.#sets;
    const to = node * 2 * this.#size;
    const from = after * 2 * this.#size;
    let changed = false;
    for (let i = 0; i < 2 * this.#size; i++) {
      const both = sets[to + i]! | sets[from + i]!;
      if (both === sets[to + i]) continue;
      sets[to + i] = both;
      changed = true;
    }
    return changed;
  }
}
