/**
 * The state of a machine as a key: who stands where, memory, and what is in the store buffers. Node, value
 * and buffer contents are each replaced by a number that counts what has come up in that place so far.
 * Fields start as narrow as possible; when a number no longer fits, everything is packed anew.
 */
import { E, type Machine, S } from '../memory/machine.js';
import { Layout } from './layout.js';
import type { Masks } from './masks.js';
import { Sequences } from './sequences.js';
import { StateStore } from './store.js';
import { ValueNumbers } from './values.js';

export class StateKey {
  readonly store: StateStore;
  readonly sequences: Sequences | null;
  readonly #m: Machine;
  readonly #values: ValueNumbers;
  /** Per node its number within its thread. */
  #local: number[] = [];
  readonly #nodesOf: Int32Array;
  readonly #firstCell: number;
  readonly #firstBuffer: number;

  /** `noteBits`: width of the field that is kept with a state and is no part of the key. */
  constructor(m: Machine, masks: Masks, noteBits: number) {
    this.#m = m;
    this.#values = new ValueNumbers(m.initial);
    this.sequences = m.buffers === null ? null : new Sequences(m.auto.foots, masks);
    this.#nodesOf = new Int32Array(m.threads);
    this.#firstCell = 1 + m.threads;
    this.#firstBuffer = this.#firstCell + m.cells;
    const width = new Uint8Array(this.#firstBuffer + (m.buffers === null ? 0 : m.threads));
    width[0] = noteBits;
    for (let t = 0; t < m.threads; t++) width[1 + t] = 3;
    this.store = new StateStore(new Layout(width));
  }

  /** Write the key of a machine in which nothing has happened yet. */
  begin(): void {
    this.store.key.fill(0);
    for (let t = 0; t < this.#m.threads; t++) this.#set(1 + t, this.#numberOf(this.#m.cur[t]!));
    // Every cell holds value 0, its initial one, and every buffer is sequence 0.
  }

  /** Bring the key up to date after the newest event. */
  step(): void {
    const m = this.#m;
    const e = (m.depth - 1) << E.SHIFT;
    const agent = m.events[e + E.AGENT]!;
    if (agent < m.threads) this.#set(1 + agent, this.#numberOf(m.cur[agent]!));
    const { slots } = m;
    for (let slot = m.events[e + E.SLOT]!; slot < m.slotTop; slot++) {
      const s = slot << S.SHIFT;
      const cell = slots[s + S.CELL]!;
      const after = slots[s + S.AFTER]!;
      if (after !== slots[s + S.BEFORE]! && cell < m.cells) {
        this.#set(this.#firstCell + cell, this.#values.number(cell, after));
      }
    }
    if (this.sequences !== null) this.#buffer(this.sequences, agent, m.events[e + E.AUX]!);
  }

  /** Number of what is in the buffer of `thread`. */
  sequence(thread: number): number {
    const field = this.#firstBuffer + thread;
    const { layout, key } = this.store;
    return (key[layout.word[field]!]! >>> layout.shift[field]!) & layout.mask[field]!;
  }

  #buffer(sequences: Sequences, agent: number, aux: number): void {
    const m = this.#m;
    const b = m.buffers!;
    if (agent >= m.threads) {
      const thread = agent - m.threads;
      this.#set(this.#firstBuffer + thread, sequences.pop(this.sequence(thread)));
    } else if (b.issued[agent]! > aux) {
      const at = aux * b.threads + agent;
      const longer = sequences.push(this.sequence(agent), b.cell[at]!, b.value[at]!, b.unlock[at]!);
      this.#set(this.#firstBuffer + agent, longer);
    }
  }

  #numberOf(node: number): number {
    const { thread } = this.#m.auto;
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
