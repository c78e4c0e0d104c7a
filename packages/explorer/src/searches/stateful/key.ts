/**
 * The state of an execution as a key: where each thread stands, shared memory, and the memory model's own part. Node,
 * value and model part are each replaced by a number that counts what has come up in that place so far.
 * Fields start as narrow as possible; when a number no longer fits, everything is packed anew.
 */
import { E, S } from '../../execution/events.js';
import type { Execution } from '../../execution/execution.js';
import type { KeyNumbers } from '../../models/model.js';
import { Layout } from './layout.js';
import { type Masks, NO_MASK } from './masks.js';
import { StateStore } from './store.js';
import { ValueNumbers } from './values.js';

export class StateKey {
  readonly store: StateStore;
  /** The memory model's part of the key; null if it has none. */
  readonly numbers: KeyNumbers | null;
  readonly #x: Execution;
  readonly #values: ValueNumbers;
  /** Per node its number within its thread. */
  #local: number[] = [];
  readonly #nodesOf: Int32Array;
  readonly #firstCell: number;
  readonly #firstNumber: number;
  readonly #masks: Masks;
  /** By number of the model's part: the stores that are still to come, as a mask. */
  readonly #stores: number[] = [];

  /** `noteBits`: width of the field that is kept with a state and is no part of the key. */
  constructor(x: Execution, masks: Masks, noteBits: number) {
    this.#x = x;
    this.#values = new ValueNumbers(x.initial);
    this.numbers = x.model.key.numbers();
    this.#masks = masks;
    this.#nodesOf = new Int32Array(x.threads);
    this.#firstCell = 1 + x.threads;
    this.#firstNumber = this.#firstCell + x.cells;
    const width = new Uint8Array(this.#firstNumber + (this.numbers === null ? 0 : x.threads));
    width[0] = noteBits;
    for (let t = 0; t < x.threads; t++) width[1 + t] = 3;
    this.store = new StateStore(new Layout(width));
  }

  /** Write the key of an execution in which nothing has happened yet. */
  begin(): void {
    this.store.key.fill(0);
    for (let t = 0; t < this.#x.threads; t++) this.#set(1 + t, this.#numberOf(this.#x.cur[t]!));
    // Every cell holds value 0, its initial one, and every number of the model is 0.
  }

  /** Bring the key up to date after the newest event. */
  step(): void {
    const x = this.#x;
    const e = (x.depth - 1) << E.SHIFT;
    const agent = x.events[e + E.AGENT]!;
    if (agent < x.threads) this.#set(1 + agent, this.#numberOf(x.cur[agent]!));
    const { slots } = x;
    for (let slot = x.events[e + E.SLOT]!; slot < x.slotTop; slot++) {
      const s = slot << S.SHIFT;
      const cell = slots[s + S.CELL]!;
      const after = slots[s + S.AFTER]!;
      if (after !== slots[s + S.BEFORE]! && cell < x.cells) {
        this.#set(this.#firstCell + cell, this.#values.number(cell, after));
      }
    }
    if (this.numbers !== null) this.#renumber(this.numbers);
  }

  /** The stores that `thread` has left to other agents, as a mask. */
  stores(numbers: KeyNumbers, thread: number): number {
    const number = this.#number(thread);
    let mask = this.#stores[number];
    if (mask === undefined) {
      mask = NO_MASK;
      for (const cell of numbers.stores(number)) mask = this.#masks.withStore(mask, cell);
      this.#stores[number] = mask;
    }
    return mask;
  }

  #number(thread: number): number {
    const field = this.#firstNumber + thread;
    const { layout, key } = this.store;
    return (key[layout.word[field]!]! >>> layout.shift[field]!) & layout.mask[field]!;
  }

  #renumber(numbers: KeyNumbers): void {
    for (let left = numbers.changed(); left !== 0; left &= left - 1) {
      const thread = 31 - Math.clz32(left & -left);
      this.#set(this.#firstNumber + thread, numbers.after(thread, this.#number(thread)));
    }
  }

  #numberOf(node: number): number {
    const { thread } = this.#x.auto;
    while (this.#local.length <= node) this.#local.push(this.#nodesOf[thread[this.#local.length]!]!++);
    return this.#local[node]!;
  }

  #set(field: number, number: number): void {
    const { store } = this;
    let { layout } = store;
    if (number > layout.mask[field]!) {
      store.repack(layout.widened(field, number));
      layout = store.layout;
    }
    const word = layout.word[field]!;
    const shift = layout.shift[field]!;
    store.key[word] = (store.key[word]! & ~(layout.mask[field]! << shift)) | (number << shift);
  }
}
