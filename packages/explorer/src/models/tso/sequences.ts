/**
 * The contents of store buffers as small integers: two buffers with the same stores in the same order have
 * the same number, however many stores went before. 0 is the empty buffer.
 */

/** One store: cell, value, and is it an unlock. */
type Store = readonly [cell: number, value: number, unlock: number];

export class Sequences {
  readonly #stores: (readonly Store[])[] = [[]];
  readonly #ids = new Map<string, number>([['', 0]]);
  /** By cell and unlock, by value: the sequences that come from one more such store. */
  readonly #longer = new Map<number, Map<number, Int32Array>>();
  readonly #shorter: number[] = [0];
  /** Per sequence the cells it stores to. */
  readonly #cells: (readonly number[])[] = [[]];

  /** The sequence `id` with one more store at its end. */
  push(id: number, cell: number, value: number, unlock: number): number {
    const kind = cell * 2 + unlock;
    let byValue = this.#longer.get(kind);
    if (byValue === undefined) {
      byValue = new Map();
      this.#longer.set(kind, byValue);
    }
    const table = byValue.get(value);
    if (table !== undefined && id < table.length && table[id]! >= 0) return table[id]!;
    const longer = this.#intern([...this.#stores[id]!, [cell, value, unlock]]);
    let wide = table;
    if (wide === undefined || id >= wide.length) {
      wide = new Int32Array(Math.max(16, 2 * id + 1)).fill(-1);
      if (table !== undefined) wide.set(table);
      byValue.set(value, wide);
    }
    wide[id] = longer;
    return longer;
  }

  /** The sequence `id` without its first store. */
  pop(id: number): number {
    if (this.#shorter[id]! < 0) this.#shorter[id] = this.#intern(this.#stores[id]!.slice(1));
    return this.#shorter[id]!;
  }

  /** The cells to which the sequence `id` stores. */
  cells(id: number): readonly number[] {
    return this.#cells[id]!;
  }

  #intern(stores: readonly Store[]): number {
    const text = stores.join(';');
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#stores.length;
    this.#ids.set(text, id);
    this.#stores.push(stores);
    this.#shorter.push(-1);
    this.#cells.push(stores.map(([cell]) => cell));
    return id;
  }
}
