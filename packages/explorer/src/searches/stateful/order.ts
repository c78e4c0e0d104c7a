/**
 * Which edges close a cycle, found as the edges come (Pearce and Kelly: a topological order kept up to date).
 */
import { grown } from '../../program/footprints.js';

export class Order {
  /** Place of every node in the order. */
  #place = new Int32Array(64);
  /** Outgoing and incoming edges as linked lists; edges that close a cycle are left out. */
  #out = new Int32Array(64).fill(-1);
  #in = new Int32Array(64).fill(-1);
  readonly #to: number[] = [];
  readonly #from: number[] = [];
  readonly #nextOut: number[] = [];
  readonly #nextIn: number[] = [];
  #seen = new Int32Array(64);
  #round = 0;

  /** Make room for nodes below `count`; a new node comes last. */
  reserve(count: number): void {
    const old = this.#place.length;
    if (count > old) {
      this.#place = grown(this.#place, count);
      this.#out = grown(this.#out, count).fill(-1, old);
      this.#in = grown(this.#in, count).fill(-1, old);
      this.#seen = grown(this.#seen, count);
    }
  }

  add(node: number): void {
    this.reserve(node + 1);
    this.#place[node] = node;
  }

  /** Add the edge from `x` to `y`; true if there was a way from `y` to `x` already (then it is left out). */
  closes(x: number, y: number): boolean {
    if (x === y) return true;
    const low = this.#place[y]!;
    const high = this.#place[x]!;
    if (low < high) {
      const after = this.#search(y, this.#out, this.#to, this.#nextOut, (place) => place <= high, x);
      if (after === null) return true;
      const before = this.#search(x, this.#in, this.#from, this.#nextIn, (place) => place >= low, -1)!;
      this.#reorder(before, after);
    }
    const edge = this.#to.length;
    this.#to.push(y);
    this.#from.push(x);
    this.#nextOut.push(this.#out[x]!);
    this.#nextIn.push(this.#in[y]!);
    this.#out[x] = edge;
    this.#in[y] = edge;
    return false;
  }

  /** What can be reached from `root` inside the region, or null if `goal` can. */
  #search(
    root: number,
    first: Int32Array,
    end: readonly number[],
    next: readonly number[],
    inside: (place: number) => boolean,
    goal: number,
  ): number[] | null {
    const round = ++this.#round;
    const found = [root];
    this.#seen[root] = round;
    for (let i = 0; i < found.length; i++) {
      for (let edge = first[found[i]!]!; edge >= 0; edge = next[edge]!) {
        const node = end[edge]!;
        if (node === goal) return null;
        if (this.#seen[node] === round || !inside(this.#place[node]!)) continue;
        this.#seen[node] = round;
        found.push(node);
      }
    }
    return found;
  }

  #reorder(before: number[], after: number[]): void {
    const byPlace = (a: number, b: number): number => this.#place[a]! - this.#place[b]!;
    const nodes = [...before.sort(byPlace), ...after.sort(byPlace)];
    const places = nodes.map((node) => this.#place[node]!).sort((a, b) => a - b);
    nodes.forEach((node, i) => {
      this.#place[node] = places[i]!;
    });
  }
}
