/**
 * Sets of accesses a thread may still make, by cell. Two bits say how a cell may be touched: 1 is a read, 2
 * an OR whose old value is not used, 3 a store (or both of the others, which conflicts with as much). Sets
 * are interned: a set is one small integer, and whether it conflicts with the footprint of a step is one byte
 * of a table.
 */
import { Foot, type Footprints, grown, Mode } from '../../program/footprints.js';

/** The set that touches nothing. */
export const NO_MASK = 0;

const bitsOf = (mode: number): number => (mode === Mode.READ ? 1 : mode === Mode.OR ? 2 : 3);

const UNKNOWN = 0;
const COMMUTE = 1;
const CONFLICT = 2;
/** The table of known conflicts has at most this many bytes; beyond that the sets are compared each time. */
const LARGEST_TABLE = 1 << 24;

export class Masks {
  readonly #foots: Footprints;
  readonly #cells: number;
  /** Words per set: sixteen cells each. */
  readonly #size: number;
  #rows: Int32Array;
  count = 1;
  readonly #ids = new Map<string, number>();
  readonly #unions = new Map<number, number>();
  #table = new Uint8Array(64 * 64);
  #feet = 64;
  #sets = 64;
  readonly #scratch: Int32Array;
  readonly #shared: number[] = [];
  readonly #ofFoot: number[] = [];

  /** `cells`: how many come first, in shared memory and among the model's standing private cells. */
  constructor(foots: Footprints, cells: number) {
    this.#foots = foots;
    this.#cells = cells;
    this.#size = Math.max(1, (cells + 15) >> 4);
    this.#rows = new Int32Array(64 * this.#size);
    this.#scratch = new Int32Array(this.#size);
    this.#ids.set(this.#scratch.join(), NO_MASK);
  }

  /** Footprint `foot` without the private cells of the memory model that mean different things in different states. */
  shared(foot: number): number {
    const known = this.#shared[foot];
    if (known !== undefined) return known;
    const { items, start } = this.#foots;
    let shared: number = Foot.NONE;
    for (let i = start[foot]!; i < start[foot + 1]!; i++) {
      if (items[i]! >> 2 < this.#cells) shared = this.#foots.extend(shared, items[i]!);
    }
    this.#shared[foot] = shared;
    return shared;
  }

  /** The accesses of footprint `foot`. */
  ofFoot(foot: number): number {
    const known = this.#ofFoot[foot];
    if (known !== undefined) return known;
    const { items, start } = this.#foots;
    this.#load(NO_MASK);
    for (let i = start[foot]!; i < start[foot + 1]!; i++) {
      this.#set(items[i]! >> 2, bitsOf(items[i]! & 3));
    }
    const mask = this.#intern();
    this.#ofFoot[foot] = mask;
    return mask;
  }

  /** `mask` and a store to `cell`. */
  withStore(mask: number, cell: number): number {
    this.#load(mask);
    this.#set(cell, 3);
    return this.#intern();
  }

  union(a: number, b: number): number {
    if (a === b || b === NO_MASK) return a;
    if (a === NO_MASK) return b;
    const pair = a < b ? a * 0x4000000 + b : b * 0x4000000 + a;
    const known = this.#unions.get(pair);
    if (known !== undefined) return known;
    this.#load(a);
    for (let i = 0; i < this.#size; i++) this.#scratch[i]! |= this.#rows[b * this.#size + i]!;
    const id = this.#intern();
    this.#unions.set(pair, id);
    return id;
  }

  /** Whether a step with footprint `foot` does not commute with some access in `mask`. */
  conflict(foot: number, mask: number): boolean {
    if (foot < this.#feet && mask < this.#sets) {
      const known = this.#table[mask * this.#feet + foot]!;
      if (known !== UNKNOWN) return known === CONFLICT;
    } else if (!this.#widen(foot, mask)) return this.#compare(foot, mask);
    const answer = this.#compare(foot, mask);
    this.#table[mask * this.#feet + foot] = answer ? CONFLICT : COMMUTE;
    return answer;
  }

  #widen(foot: number, mask: number): boolean {
    let feet = this.#feet;
    let sets = this.#sets;
    while (feet <= foot) feet *= 2;
    while (sets <= mask) sets *= 2;
    if (feet * sets > LARGEST_TABLE) return false;
    this.#table = new Uint8Array(feet * sets);
    this.#feet = feet;
    this.#sets = sets;
    return true;
  }

  #compare(foot: number, mask: number): boolean {
    const { items, start } = this.#foots;
    const row = mask * this.#size;
    for (let i = start[foot]!; i < start[foot + 1]!; i++) {
      const cell = items[i]! >> 2;
      if (cell >= this.#cells) continue;
      const bits = (this.#rows[row + (cell >> 4)]! >>> ((cell & 15) << 1)) & 3;
      if (bits !== 0 && (bits | bitsOf(items[i]! & 3)) === 3) return true;
    }
    return false;
  }

  #load(mask: number): void {
    const row = mask * this.#size;
    for (let i = 0; i < this.#size; i++) this.#scratch[i] = this.#rows[row + i]!;
  }

  #set(cell: number, bits: number): void {
    if (cell < this.#cells) this.#scratch[cell >> 4]! |= bits << ((cell & 15) << 1);
  }

  #intern(): number {
    const text = this.#scratch.join();
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.count++;
    this.#ids.set(text, id);
    if ((id + 1) * this.#size > this.#rows.length) this.#rows = grown(this.#rows, (id + 1) * this.#size);
    this.#rows.set(this.#scratch, id * this.#size);
    return id;
  }
}
