/** Words of memory by number. They are numbered when an access first reaches them. */
import { entryAddress, type Symbols } from '../program/symbols.js';
import type { Value } from '../program/value.js';

export class Places {
  readonly #numbers = new Map<bigint, number>();
  readonly #addresses: bigint[] = [];
  readonly #initial: Value[] = [];

  constructor(
    readonly symbols: Symbols,
    readonly memory: ReadonlyMap<bigint, Value>,
  ) {
    for (const address of memory.keys()) this.at(address);
  }

  get count(): number {
    return this.#addresses.length;
  }

  /** The number of the word at an address. */
  at(address: bigint): number {
    let number = this.#numbers.get(address);
    if (number === undefined) {
      number = this.#addresses.length;
      this.#numbers.set(address, number);
      this.#addresses.push(address);
      this.#initial.push(this.memory.get(address) ?? 0);
    }
    return number;
  }

  /** The number of a word if an access can have reached it. */
  known(address: bigint): number | undefined {
    return this.#numbers.get(address);
  }

  initial(place: number): Value {
    return this.#initial[place] ?? 0;
  }

  /** The descriptor of a variable. */
  entryOf(variable: number): number {
    return this.at(entryAddress(variable));
  }
}
