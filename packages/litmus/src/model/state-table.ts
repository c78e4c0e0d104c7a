/** A set of rows of integers, each with one bit beside it. Open addressing; one arena, used again after `reset`. */
export class StateTable {
  #slots = new Int32Array(1 << 10).fill(-1);
  #arena = new Int32Array(1 << 14);
  #used = 0;
  #count = 0;
  readonly #start: number[] = [];
  readonly #slotOf: number[] = [];
  readonly #answer: boolean[] = [];

  /** Forget everything. */
  reset(): void {
    for (let i = 0; i < this.#count; i++) this.#slots[this.#slotOf[i] ?? 0] = -1;
    this.#used = 0;
    this.#count = 0;
  }

  /** The number of an entry that equals `key[0 … length)`; if there is none, `~n` of the new entry n. */
  enter(key: Int32Array, length: number): number {
    let slot = this.#find(key, length);
    const found = this.#slots[slot] ?? -1;
    if (found >= 0) return found;
    if (this.#count * 2 >= this.#slots.length) {
      this.#grow();
      slot = this.#find(key, length);
    }
    const entry = this.#count++;
    if (this.#used + length > this.#arena.length) {
      const arena = new Int32Array((this.#used + length) * 2);
      arena.set(this.#arena.subarray(0, this.#used));
      this.#arena = arena;
    }
    this.#arena.set(length === key.length ? key : key.subarray(0, length), this.#used);
    this.#start[entry] = this.#used;
    this.#used += length;
    this.#start[entry + 1] = this.#used;
    this.#slots[slot] = entry;
    this.#slotOf[entry] = slot;
    this.#answer[entry] = false;
    return ~entry;
  }

  answer(entry: number): boolean {
    return this.#answer[entry] ?? false;
  }

  setAnswer(entry: number, answer: boolean): void {
    this.#answer[entry] = answer;
  }

  /** The slot of an equal entry, or the free one where it belongs. */
  #find(key: Int32Array, length: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash(key, 0, length) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot] ?? -1;
      if (entry < 0 || this.#equal(entry, key, length)) return slot;
    }
  }

  #equal(entry: number, key: Int32Array, length: number): boolean {
    const start = this.#start[entry] ?? 0;
    if ((this.#start[entry + 1] ?? 0) - start !== length) return false;
    const arena = this.#arena;
    for (let i = 0; i < length; i++) if (arena[start + i] !== key[i]) return false;
    return true;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let entry = 0; entry < this.#count; entry++) {
      let slot = hash(this.#arena, this.#start[entry] ?? 0, this.#start[entry + 1] ?? 0) & mask;
      while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
      slots[slot] = entry;
      this.#slotOf[entry] = slot;
    }
    this.#slots = slots;
  }
}

/** FNV-1a over words, mixed. */
function hash(key: Int32Array, from: number, to: number): number {
  let h = 0x811c9dc5;
  for (let i = from; i < to; i++) h = Math.imul(h ^ (key[i] ?? 0), 0x01000193);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return h ^ (h >>> 13);
}
