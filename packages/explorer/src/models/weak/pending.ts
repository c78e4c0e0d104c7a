/** The part of a thread in the key as one small number; 0 if no store matters. */
import { E } from '../../execution/events.js';
import type { Execution } from '../../execution/execution.js';
import type { KeyNumbers } from '../model.js';
import { Aux } from './aux.js';
import type { WeakBuffers } from './buffers.js';

/** Different things that can happen to the stores of a thread, at most. */
const MOVES = 1 << 22;
/** A barrier; after the lanes, each of which may lose its first store. */
const BARRIER = 32;

/** The part of a key that is one thread's. */
interface ThreadKey {
  sizeOf(thread: number): number;
  writeThread(to: Int32Array, from: number, thread: number): number;
}

export class PendingNumbers implements KeyNumbers {
  readonly #x: Execution;
  readonly #buffers: WeakBuffers;
  readonly #key: ThreadKey;
  readonly #ids = new Map<string, number>([['0,0', 0]]);
  readonly #stores: (readonly number[])[] = [[]];
  /** By number and what happens: the number afterwards. */
  readonly #onward = new Map<number, number>();
  /** By value, by cell and kind: a store that is issued, as something that happens. */
  readonly #issues = new Map<number, Map<number, number>>();
  #count = BARRIER + 1;

  constructor(x: Execution, buffers: WeakBuffers, key: ThreadKey) {
    this.#x = x;
    this.#buffers = buffers;
    this.#key = key;
  }

  changed(): number {
    const { events, depth, threads } = this.#x;
    const e = (depth - 1) << E.SHIFT;
    const agent = events[e + E.AGENT]!;
    if (agent >= threads) return 1 << (agent % threads);
    const aux = events[e + E.AUX]!;
    const b = this.#buffers;
    return b.issued[agent] !== Aux.issued(aux) || b.mark[agent] !== Aux.mark(aux) ? 1 << agent : 0;
  }

  after(thread: number, number: number): number {
    const move = number * MOVES + this.#happened(thread);
    const known = this.#onward.get(move);
    if (known !== undefined) return known;
    const part = new Int32Array(this.#key.sizeOf(thread));
    this.#key.writeThread(part, 0, thread);
    const id = this.#intern(part.join(), thread);
    this.#onward.set(move, id);
    return id;
  }

  stores(number: number): readonly number[] {
    return this.#stores[number]!;
  }

  /** What the newest event did to the stores of `thread`. */
  #happened(thread: number): number {
    const { events, depth, threads } = this.#x;
    const b = this.#buffers;
    const e = (depth - 1) << E.SHIFT;
    const agent = events[e + E.AGENT]!;
    if (agent >= threads) return Math.trunc(agent / threads) - 1;
    if (b.issued[thread] === Aux.issued(events[e + E.AUX]!)) return BARRIER;
    const entry = b.issued[thread]! - 1;
    const at = entry * threads + thread;
    const release = entry > 0 && b.after[at] === entry ? 1 : 0;
    const kind = b.cell[at]! * 8 + b.kind[at]! * 2 + release;
    let byKind = this.#issues.get(b.value[at]!);
    if (byKind === undefined) {
      byKind = new Map();
      this.#issues.set(b.value[at]!, byKind);
    }
    let move = byKind.get(kind);
    if (move === undefined) {
      move = this.#count++;
      byKind.set(kind, move);
    }
    return move;
  }

  #intern(text: string, thread: number): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const b = this.#buffers;
    const id = this.#stores.length;
    const cells: number[] = [];
    for (let entry = 0; entry < b.issued[thread]!; entry++) {
      if (!b.hasLeft(thread, entry)) cells.push(b.cell[entry * b.threads + thread]!);
    }
    this.#ids.set(text, id);
    this.#stores.push(cells);
    return id;
  }
}
