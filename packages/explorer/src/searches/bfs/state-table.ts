import type { Execution } from '../../execution/execution.js';
import { grown } from '../../program/footprints.js';

const MOVE = 0;
const PARENT = 1;
const PREEMPTIONS = 2;
const STEPS = 3;
const LAST = 4;
const SIZE = 5;
/** Words of a record before the state itself. */
const HEAD = 6;

/**
 * The states seen, each with the cheapest known schedule that leads to it. A record is a run of ints: move,
 * parent, cost, then the key: the thread that ran last, the length, and the state (nodes, memory, the model's
 * own key), exactly.
 */
export class StateTable {
  #data = new Int32Array(1 << 16);
  #offsets = new Int32Array(1 << 12);
  #table = new Int32Array(1 << 13).fill(-1);
  #end = 0;
  count = 0;

  /** Find or add the state of `x` with `last`; the id, or `~id` if it is new. */
  locate(x: Execution, last: number): number {
    const at = this.#end;
    const size = this.#write(x, last, at);
    const mask = this.#table.length - 1;
    let i = this.#hash(at, size) & mask;
    for (; this.#table[i]! >= 0; i = (i + 1) & mask) {
      const id = this.#table[i]!;
      if (this.#same(this.#offsets[id]!, at, size)) return id;
    }
    const id = this.count++;
    this.#table[i] = id;
    if (id >= this.#offsets.length) this.#offsets = grown(this.#offsets, id + 1);
    this.#offsets[id] = at;
    this.#end = at + HEAD + size;
    if (this.count * 2 > this.#table.length) this.#rehash();
    return ~id;
  }

  setWay(id: number, parent: number, move: number, preemptions: number, steps: number): void {
    const at = this.#offsets[id]!;
    this.#data[at + PARENT] = parent;
    this.#data[at + MOVE] = move;
    this.#data[at + PREEMPTIONS] = preemptions;
    this.#data[at + STEPS] = steps;
  }

  parent(id: number): number {
    return this.#data[this.#offsets[id]! + PARENT]!;
  }

  move(id: number): number {
    return this.#data[this.#offsets[id]! + MOVE]!;
  }

  preemptions(id: number): number {
    return this.#data[this.#offsets[id]! + PREEMPTIONS]!;
  }

  steps(id: number): number {
    return this.#data[this.#offsets[id]! + STEPS]!;
  }

  last(id: number): number {
    return this.#data[this.#offsets[id]! + LAST]!;
  }

  /** Put `x` into the state; it forgets how it got there. */
  load(x: Execution, id: number): void {
    const data = this.#data;
    let at = this.#offsets[id]! + HEAD;
    x.forget();
    for (let t = 0; t < x.threads; t++) x.cur[t] = data[at++]!;
    for (let c = 0; c < x.cells; c++) x.mem[c] = data[at++]!;
    x.model.key.read(data, at);
  }

  #write(x: Execution, last: number, from: number): number {
    const { key } = x.model;
    const most = HEAD + x.threads + x.cells + key.size();
    if (from + most > this.#data.length) this.#data = grown(this.#data, from + most);
    const data = this.#data;
    let at = from + HEAD;
    for (let t = 0; t < x.threads; t++) data[at++] = x.cur[t]!;
    for (let c = 0; c < x.cells; c++) data[at++] = x.mem[c]!;
    at = key.write(data, at);
    data[from + LAST] = last;
    data[from + SIZE] = at - from - HEAD;
    return at - from - HEAD;
  }

  #same(a: number, b: number, size: number): boolean {
    const data = this.#data;
    for (let i = LAST; i < HEAD + size; i++) if (data[a + i] !== data[b + i]) return false;
    return true;
  }

  #hash(at: number, size: number): number {
    const data = this.#data;
    let h = 0x811c9dc5;
    for (let i = at + LAST; i < at + HEAD + size; i++) {
      h = Math.imul(h ^ data[i]!, 0x01000193);
      h ^= h >>> 15;
    }
    return Math.imul(h, 0x9e3779b1) >>> 4;
  }

  #rehash(): void {
    const mask = this.#table.length * 2 - 1;
    this.#table = new Int32Array(mask + 1).fill(-1);
    for (let id = 0; id < this.count; id++) {
      const at = this.#offsets[id]!;
      let i = this.#hash(at, this.#data[at + SIZE]!) & mask;
      while (this.#table[i]! >= 0) i = (i + 1) & mask;
      this.#table[i] = id;
    }
  }
}
