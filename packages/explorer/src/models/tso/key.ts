import { E } from '../../execution/events.js';
import type { Execution } from '../../execution/execution.js';
import type { KeyNumbers, ModelKey } from '../model.js';
import type { StoreBuffers } from './buffers.js';
import { Sequences } from './sequences.js';

/** Per buffer the number of its stores, and of each, oldest first: cell, value, and is it an unlock. */
export class TsoKey implements ModelKey {
  readonly #x: Execution;
  readonly #buffers: StoreBuffers;

  constructor(x: Execution, buffers: StoreBuffers) {
    this.#x = x;
    this.#buffers = buffers;
  }

  size(): number {
    const b = this.#buffers;
    let size = b.threads;
    for (let t = 0; t < b.threads; t++) size += 3 * (b.issued[t]! - b.flushed[t]!);
    return size;
  }

  write(to: Int32Array, from: number): number {
    const b = this.#buffers;
    let at = from;
    for (let t = 0; t < b.threads; t++) {
      to[at++] = b.issued[t]! - b.flushed[t]!;
      for (let entry = b.flushed[t]!; entry < b.issued[t]!; entry++) {
        const i = entry * b.threads + t;
        to[at++] = b.cell[i]!;
        to[at++] = b.value[i]!;
        to[at++] = b.unlock[i]!;
      }
    }
    return at;
  }

  read(from: Int32Array, start: number): void {
    const b = this.#buffers;
    let at = start;
    for (let t = 0; t < b.threads; t++) {
      const stores = from[at++]!;
      for (let i = 0; i < stores; i++, at += 3) {
        this.#x.growCells(b.issue(t, from[at]!, from[at + 1]!, -1, from[at + 2]!));
      }
    }
  }

  numbers(): KeyNumbers {
    return new BufferNumbers(this.#x, this.#buffers);
  }
}

/** The contents of each buffer as a number. */
class BufferNumbers implements KeyNumbers {
  readonly #x: Execution;
  readonly #buffers: StoreBuffers;
  readonly #sequences = new Sequences();

  constructor(x: Execution, buffers: StoreBuffers) {
    this.#x = x;
    this.#buffers = buffers;
  }

  changed(): number {
    const { events, depth, threads } = this.#x;
    const e = (depth - 1) << E.SHIFT;
    const agent = events[e + E.AGENT]!;
    if (agent >= threads) return 1 << (agent - threads);
    return this.#buffers.issued[agent]! > events[e + E.AUX]! ? 1 << agent : 0;
  }

  after(thread: number, number: number): number {
    const { events, depth, threads } = this.#x;
    const e = (depth - 1) << E.SHIFT;
    if (events[e + E.AGENT]! >= threads) return this.#sequences.pop(number);
    const b = this.#buffers;
    const at = events[e + E.AUX]! * threads + thread;
    return this.#sequences.push(number, b.cell[at]!, b.value[at]!, b.unlock[at]!);
  }

  stores(number: number): readonly number[] {
    return this.#sequences.cells(number);
  }
}
