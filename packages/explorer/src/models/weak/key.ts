import type { Execution } from '../../execution/execution.js';
import type { KeyNumbers, ModelKey } from '../model.js';
import { Stored, type WeakBuffers } from './buffers.js';
import { PendingNumbers } from './pending.js';

/** Ints of one store in a key. */
const SIZE = 5;

/** Instead of a kind: it has left. */
const LEFT = 4;

/**
 * Per thread the stores that matter: those on their way, and those that have left and stand at the end of a lane that
 * a later store cannot join. Of each, oldest first: cell, value, kind, lane, and how many of the stores before it in this
 * list all come first. Before them, how many there are, and how many the newest barrier of stores comes after.
 */
export class WeakKey implements ModelKey {
  readonly #x: Execution;
  readonly #buffers: WeakBuffers;

  constructor(x: Execution, buffers: WeakBuffers) {
    this.#x = x;
    this.#buffers = buffers;
  }

  size(): number {
    let size = 0;
    for (let t = 0; t < this.#buffers.threads; t++) size += this.sizeOf(t);
    return size;
  }

  write(to: Int32Array, from: number): number {
    let at = from;
    for (let t = 0; t < this.#buffers.threads; t++) at = this.writeThread(to, at, t);
    return at;
  }

  read(from: Int32Array, start: number): void {
    const b = this.#buffers;
    let at = start;
    for (let t = 0; t < b.threads; t++) {
      const stores = from[at++]!;
      const mark = from[at++]!;
      for (let i = 0; i < stores; i++, at += SIZE) this.#restore(from, at, t);
      b.mark[t] = mark;
    }
  }

  numbers(): KeyNumbers {
    return new PendingNumbers(this.#x, this.#buffers, this);
  }

  /** How many ints the part of `thread` has. */
  sizeOf(thread: number): number {
    let size = 2;
    for (let e = this.#first(thread); e < this.#buffers.issued[thread]!; e++) {
      if (this.#matters(thread, e)) size += SIZE;
    }
    return size;
  }

  /** Write the part of `thread` to `to` from `from` on; returns where it ends. */
  writeThread(to: Int32Array, from: number, thread: number): number {
    const b = this.#buffers;
    const mark = b.mark[thread]!;
    let at = from + 2;
    let marked = 0;
    const first = this.#first(thread);
    for (let entry = first; entry < b.issued[thread]!; entry++) {
      if (!this.#matters(thread, entry)) continue;
      if (entry < mark) marked++;
      const i = entry * b.threads + thread;
      const left = b.hasLeft(thread, entry);
      to[at++] = b.cell[i]!;
      to[at++] = left ? 0 : b.value[i]!;
      to[at++] = left ? LEFT : b.kind[i]!;
      to[at++] = b.lane[i]!;
      to[at++] = left ? 0 : this.#among(thread, first, b.after[i]!);
    }
    to[from] = (at - from - 2) / SIZE;
    to[from + 1] = marked;
    return at;
  }

  /** How many of the stores that matter come before entry `end`. */
  #among(thread: number, first: number, end: number): number {
    let count = 0;
    for (let entry = first; entry < end; entry++) if (this.#matters(thread, entry)) count++;
    return count;
  }

  /** No entry before this one matters. */
  #first(thread: number): number {
    const b = this.#buffers;
    let first = b.mark[thread]!;
    for (let l = thread; l < b.head.length; l += b.threads) {
      if (b.head[l]! >= 0 && b.head[l]! < first) first = b.head[l]!;
    }
    return first;
  }

  #matters(thread: number, entry: number): boolean {
    const b = this.#buffers;
    if (!b.hasLeft(thread, entry)) return true;
    const lane = b.lane[entry * b.threads + thread]!;
    return entry >= b.mark[thread]! && b.tail[lane * b.threads + thread] === entry;
  }

  #restore(from: Int32Array, at: number, thread: number): void {
    const b = this.#buffers;
    const x = this.#x;
    const entry = b.issued[thread]!;
    const lane = from[at + 3]!;
    const kind = from[at + 2]!;
    const cell = from[at]!;
    const own = b.add(thread, cell, from[at + 1]!, -1, kind, from[at + 4]!, lane);
    x.growCells(own);
    if (kind === Stored.CLAIM) x.mem[b.claimCell(cell)] = thread + 1;
    if (kind !== LEFT) return;
    x.mem[own] = 1;
    if (b.head[lane * b.threads + thread] === entry) b.head[lane * b.threads + thread] = -1;
  }
}
