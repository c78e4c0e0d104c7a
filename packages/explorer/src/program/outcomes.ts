/**
 * What bodies of atomic steps did before. A body depends on the words that its step lists, and on nothing else, as every
 * search believes and checked mode finds out; so what it does with the same words once more is known. In a real race a body
 * looks at every page and TLB, and meets few different words of them.
 *
 * Kept as records of integers: node, number of words, result, footprint, the words before, the words after. Bodies that report
 * a fault or throw are not kept, nor are those that seldom see the same words again.
 */
import { grown } from './footprints.js';

/** Where a record has what. */
export const enum O {
  NODE = 0,
  WORDS = 1,
  RESULT = 2,
  FOOT = 3,
  BEFORE = 4,
}

/** Nothing more is kept in more ints than these: 16 MB. */
const MOST = 1 << 22;
/** How many more misses than hits (one counts two) end the attempts for a node, and how much credit it can have. */
const PATIENCE = 48;
const MOST_CREDIT = 10_000;

export class Outcomes {
  data = new Int32Array(1 << 12);
  /** The words that are asked for: those that the step lists, in the order of its footprint. */
  words = new Int32Array(64);
  #top = 0;
  #table = new Int32Array(1 << 10).fill(-1);
  #mask = (1 << 10) - 1;
  #count = 0;
  #credit = new Int16Array(256).fill(PATIENCE);
  /** Where the record that was looked for would be. */
  #vacant = -1;

  /** Room for `count` words. */
  reserve(count: number): void {
    if (count > this.words.length) this.words = grown(this.words, count);
  }

  /** The record of `node` for the first `count` of {@link words}, or -1. */
  find(node: number, count: number): number {
    if (node >= this.#credit.length) this.#moreNodes(node);
    const credit = this.#credit[node]!;
    this.#vacant = -1;
    if (credit <= 0) return -1;
    const { data, words } = this;
    const table = this.#table;
    let i = hash(node, words, count);
    for (;;) {
      i &= this.#mask;
      const at = table[i]!;
      if (at < 0) break;
      if (data[at + O.NODE] === node && same(data, at + O.BEFORE, words, count)) {
        if (credit < MOST_CREDIT) this.#credit[node] = credit + 2;
        return at;
      }
      i++;
    }
    this.#credit[node] = credit - 1;
    this.#vacant = i;
    return -1;
  }

  /** After a {@link find} in vain: what the body did. The words behind are those of `mem` in the order of `items`. */
  keep(
    node: number,
    count: number,
    result: number,
    foot: number,
    mem: Int32Array,
    items: Int32Array,
    from: number,
  ): void {
    const size = O.BEFORE + 2 * count;
    const at = this.#top;
    if (this.#vacant < 0 || (result | 0) !== result || at + size > MOST) return;
    if (at + size > this.data.length) this.data = grown(this.data, at + size);
    const { data, words } = this;
    data[at + O.NODE] = node;
    data[at + O.WORDS] = count;
    data[at + O.RESULT] = result;
    data[at + O.FOOT] = foot;
    for (let k = 0; k < count; k++) {
      data[at + O.BEFORE + k] = words[k]!;
      data[at + O.BEFORE + count + k] = mem[items[from + k]! >> 2]!;
    }
    this.#top = at + size;
    this.#table[this.#vacant] = at;
    this.#count++;
    if (this.#count * 2 > this.#mask) this.#rehash();
  }

  #moreNodes(node: number): void {
    const more = new Int16Array(Math.max(node + 1, 2 * this.#credit.length)).fill(PATIENCE);
    more.set(this.#credit);
    this.#credit = more;
  }

  #rehash(): void {
    const { data } = this;
    this.#mask = this.#mask * 2 + 1;
    const table = new Int32Array(this.#mask + 1).fill(-1);
    for (let at = 0; at < this.#top; at += O.BEFORE + 2 * data[at + O.WORDS]!) {
      const count = data[at + O.WORDS]!;
      let i = hash(data[at + O.NODE]!, data, count, at + O.BEFORE) & this.#mask;
      while (table[i]! >= 0) i = (i + 1) & this.#mask;
      table[i] = at;
    }
    this.#table = table;
  }
}

function hash(node: number, words: Int32Array, count: number, from = 0): number {
  let h = Math.imul(node, 0x9e3779b1);
  for (let k = from; k < from + count; k++) {
    h = Math.imul(h ^ words[k]!, 0x85ebca6b);
    h ^= h >>> 13;
  }
  return h >>> 3;
}

function same(data: Int32Array, at: number, words: Int32Array, count: number): boolean {
  for (let k = 0; k < count; k++) if (data[at + k] !== words[k]) return false;
  return true;
}
