/**
 * The states seen, each packed into a few words and kept exactly: no state is taken for another because their
 * hashes agree. Records are numbered in the order they come and live in chunks, so that growing never copies
 * them; a table of record numbers with open addressing finds them. A record number needs only as many bits as
 * the table's size has; the other bits of an entry hold the upper bits of the hash, so a record of a
 * different state is rarely compared.
 */
import type { Layout } from './layout.js';

const CHUNK = 11;
const LAST = (1 << CHUNK) - 1;
const EMPTY = -1;

export class StateStore {
  layout: Layout;
  words: number;
  count = 0;
  /** The key to be looked up; field 0, which is no part of the key, is 0. */
  key: Int32Array;
  #chunks: Int32Array[] = [];
  #table = new Int32Array(1 << 10).fill(EMPTY);

  constructor(layout: Layout) {
    this.layout = layout;
    this.words = layout.words;
    this.key = new Int32Array(layout.words);
  }

  /** Bytes of all records and of the table. */
  get bytes(): number {
    return 4 * (this.#chunks.length * this.words * (LAST + 1) + this.#table.length);
  }

  clear(): void {
    this.count = 0;
    this.#chunks = [];
    this.#table = new Int32Array(1 << 10).fill(EMPTY);
    this.key.fill(0);
  }

  /** Find the state of `key`; the record, or `~record` if it is new (then its field 0 is 0). */
  locate(): number {
    const { key, words } = this;
    const table = this.#table;
    const mask = table.length - 1;
    const own = this.layout.mask[0]!;
    const hash = hashOf(key, 0, words, 0);
    const tag = hash & ~mask;
    let i = hash & mask;
    for (; table[i] !== EMPTY; i = (i + 1) & mask) {
      const entry = table[i]!;
      if ((entry & ~mask) !== tag) continue;
      const id = entry & mask;
      const chunk = this.#chunks[id >> CHUNK]!;
      const at = (id & LAST) * words;
      if ((chunk[at]! & ~own) !== key[0]) continue;
      let word = 1;
      while (word < words && chunk[at + word] === key[word]) word++;
      if (word === words) return id;
    }
    const id = this.count;
    table[i] = tag | id;
    this.#append();
    if (this.count * 4 > table.length * 3) this.#rehash(table.length * 2);
    return ~id;
  }

  /** Field 0 of a record. */
  note(id: number): number {
    return this.#chunks[id >> CHUNK]![(id & LAST) * this.words]! & this.layout.mask[0]!;
  }

  setNote(id: number, note: number): void {
    const chunk = this.#chunks[id >> CHUNK]!;
    const at = (id & LAST) * this.words;
    chunk[at] = (chunk[at]! & ~this.layout.mask[0]!) | note;
  }

  /** Make record `id` the key. */
  load(id: number): void {
    const { key, words } = this;
    const chunk = this.#chunks[id >> CHUNK]!;
    const at = (id & LAST) * words;
    key[0] = chunk[at]! & ~this.layout.mask[0]!;
    for (let word = 1; word < words; word++) key[word] = chunk[at + word]!;
  }

  /** Repack all records. */
  repack(layout: Layout): void {
    const old = this.layout;
    const chunks = this.#chunks;
    this.layout = layout;
    this.words = layout.words;
    this.#chunks = [];
    const key = new Int32Array(layout.words);
    move(this.key, 0, old, key, 0, layout);
    this.key = key;
    const count = this.count;
    for (let first = 0, c = 0; first < count; first += LAST + 1, c++) {
      const chunk = new Int32Array((LAST + 1) * layout.words);
      const end = Math.min(LAST + 1, count - first);
      for (let i = 0; i < end; i++) move(chunks[c]!, i * old.words, old, chunk, i * layout.words, layout);
      this.#chunks.push(chunk);
      chunks[c] = NO_WORDS;
    }
    this.#rehash(this.#table.length);
  }

  #append(): void {
    const id = this.count++;
    if (id >> CHUNK === this.#chunks.length) this.#chunks.push(new Int32Array((LAST + 1) * this.words));
    const chunk = this.#chunks[id >> CHUNK]!;
    const at = (id & LAST) * this.words;
    for (let word = 0; word < this.words; word++) chunk[at + word] = this.key[word]!;
  }

  #rehash(size: number): void {
    const { words, count } = this;
    const own = this.layout.mask[0]!;
    // Drop the old table first, so that both are never in memory together.
    this.#table = NO_WORDS;
    const table = new Int32Array(size).fill(EMPTY);
    const mask = size - 1;
    for (let id = 0; id < count; id++) {
      const hash = hashOf(this.#chunks[id >> CHUNK]!, (id & LAST) * words, words, own);
      let i = hash & mask;
      while (table[i] !== EMPTY) i = (i + 1) & mask;
      table[i] = (hash & ~mask) | id;
    }
    this.#table = table;
  }
}

const NO_WORDS = new Int32Array(0);

/** Of the state at `at`, without the bits `own` of its first word. */
function hashOf(data: Int32Array, at: number, words: number, own: number): number {
  let h = Math.imul((data[at]! & ~own) ^ 0x811c9dc5, 0x9e3779b1);
  for (let word = 1; word < words; word++) {
    h ^= h >>> 15;
    h = Math.imul(h ^ data[at + word]!, 0x85ebca6b);
  }
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function move(from: Int32Array, at: number, old: Layout, to: Int32Array, base: number, next: Layout): void {
  for (let field = 0; field < old.word.length; field++) {
    const value = (from[at + old.word[field]!]! >>> old.shift[field]!) & old.mask[field]!;
    to[base + next.word[field]!]! |= value << next.shift[field]!;
  }
}
