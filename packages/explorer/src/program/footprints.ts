/**
 * Footprints: which cells a step touched, and how. They are interned, so that an event, a sleeping
 * thread and a branch of a wakeup tree each carry one small integer, and whether two of them conflict is one
 * byte of a table.
 */
/** How a cell is accessed. */
export const enum Mode {
  READ = 0,
  WRITE = 1,
  /** An OR whose old value is not used: two of them commute. */
  OR = 2,
}

export const enum Foot {
  /** The footprint that touches nothing. */
  NONE = 0,
  /** No footprint, because the step would have to wait. */
  DISABLED = -1,
  /** Not known until the step is taken. */
  UNKNOWN = -2,
}

/** One access, as the items of a footprint are stored. */
export const access = (cell: number, mode: number): number => (cell << 2) | mode;

const FIRST_TABLE = 128;
const LAST_TABLE = 2048;
const UNKNOWN = 0;
const COMMUTE = 1;
const CONFLICT = 2;

function conflicting(a: number, b: number): boolean {
  return a >> 2 === b >> 2 && (a !== b || (a & 3) === Mode.WRITE);
}

/** Whether two steps with these accesses may change places. */
export function commute(f: readonly number[], g: readonly number[]): boolean {
  return !f.some((a) => g.some((b) => conflicting(a, b)));
}

export class Footprints {
  /** Items of footprint f are `items[start[f] .. start[f + 1])`. */
  items = new Int32Array(1024);
  start = new Int32Array(257);
  count = 1;
  #hash = new Int32Array(3 * 1024).fill(-1);
  #hashMask = 1023;
  #table = new Uint8Array(FIRST_TABLE * FIRST_TABLE);
  #side = FIRST_TABLE;

  /**
   * The footprint `f` with one more access. A cell that is already in `f` gets the new mode, so a read
   * can be promoted to a write.
   */
  extend(f: number, item: number): number {
    const mask = this.#hashMask;
    const hash = this.#hash;
    let i = (Math.imul(f, 0x9e3779b1) ^ Math.imul(item, 0x85ebca6b)) >>> 7;
    for (;;) {
      i &= mask;
      const at = i * 3;
      const key = hash[at]!;
      if (key === f && hash[at + 1] === item) return hash[at + 2]!;
      if (key < 0) return this.#create(f, item, at);
      i++;
    }
  }

  /** Whether two steps with these footprints must keep their order. */
  conflict(f: number, g: number): boolean {
    const side = this.#side;
    if (f < side && g < side) {
      const known = this.#table[f * side + g]!;
      if (known !== UNKNOWN) return known === CONFLICT;
      return this.#learn(f, g);
    }
    return f >= LAST_TABLE || g >= LAST_TABLE ? this.#compare(f, g) : this.#widen(f, g);
  }

  #learn(f: number, g: number): boolean {
    const answer = this.#compare(f, g);
    this.#table[f * this.#side + g] = answer ? CONFLICT : COMMUTE;
    this.#table[g * this.#side + f] = answer ? CONFLICT : COMMUTE;
    return answer;
  }

  #widen(f: number, g: number): boolean {
    let side = this.#side;
    while (side <= f || side <= g) side *= 2;
    this.#side = side;
    this.#table = new Uint8Array(side * side);
    return this.#learn(f, g);
  }

  #compare(f: number, g: number): boolean {
    const { items, start } = this;
    for (let i = start[f]!; i < start[f + 1]!; i++) {
      for (let j = start[g]!; j < start[g + 1]!; j++) {
        if (conflicting(items[i]!, items[j]!)) return true;
      }
    }
    return false;
  }

  /** Whether footprint `f` has an access that is no read. */
  stores(f: number): boolean {
    for (let i = this.start[f]!; i < this.start[f + 1]!; i++) {
      if ((this.items[i]! & 3) !== Mode.READ) return true;
    }
    return false;
  }

  /** The accesses of footprint `f`. */
  accesses(f: number): number[] {
    return [...this.items.subarray(this.start[f]!, this.start[f + 1]!)];
  }

  #create(f: number, item: number, at: number): number {
    const id = this.count++;
    const from = this.start[f]!;
    const length = this.start[f + 1]! - from;
    let end = this.start[id]!;
    if (end + length + 1 > this.items.length) this.items = grown(this.items, end + length + 1);
    if (id + 2 > this.start.length) this.start = grown(this.start, id + 2);
    let known = false;
    for (let i = 0; i < length; i++) {
      const old = this.items[from + i]!;
      const same = old >> 2 === item >> 2;
      known ||= same;
      this.items[end++] = same ? item : old;
    }
    if (!known) this.items[end++] = item;
    this.start[id + 1] = end;
    this.#hash[at] = f;
    this.#hash[at + 1] = item;
    this.#hash[at + 2] = id;
    if (this.count * 2 > this.#hashMask) this.#rehash();
    return id;
  }

  #rehash(): void {
    const old = this.#hash;
    const size = (this.#hashMask + 1) * 2;
    this.#hashMask = size - 1;
    this.#hash = new Int32Array(3 * size).fill(-1);
    for (let at = 0; at < old.length; at += 3) {
      if (old[at]! < 0) continue;
      let i = (Math.imul(old[at]!, 0x9e3779b1) ^ Math.imul(old[at + 1]!, 0x85ebca6b)) >>> 7;
      for (i &= size - 1; this.#hash[i * 3]! >= 0; i = (i + 1) & (size - 1));
      this.#hash.set(old.subarray(at, at + 3), i * 3);
    }
  }
}

/** A copy with room for at least `size` items, at least twice as large. */
export function grown(array: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(Math.max(size, array.length * 2));
  copy.set(array);
  return copy;
}
