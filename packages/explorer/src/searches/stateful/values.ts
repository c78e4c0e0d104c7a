/** Numbers the values each cell has held, from 0 (its initial value), so that they fit few bits. */
const DIRECT = 8;

export class ValueNumbers {
  readonly #direct: Int32Array;
  readonly #others: Map<number, number>[];
  readonly #counts: Int32Array;

  constructor(initial: Int32Array) {
    this.#direct = new Int32Array(initial.length << DIRECT).fill(-1);
    this.#others = Array.from(initial, () => new Map<number, number>());
    this.#counts = new Int32Array(initial.length);
    for (let cell = 0; cell < initial.length; cell++) this.number(cell, initial[cell]!);
  }

  number(cell: number, value: number): number {
    if (value >>> DIRECT !== 0) return this.#other(cell, value);
    const at = (cell << DIRECT) | value;
    const known = this.#direct[at]!;
    if (known >= 0) return known;
    const number = this.#counts[cell]!++;
    this.#direct[at] = number;
    return number;
  }

  #other(cell: number, value: number): number {
    const known = this.#others[cell]!.get(value);
    if (known !== undefined) return known;
    const number = this.#counts[cell]!++;
    this.#others[cell]!.set(value, number);
    return number;
  }
}
