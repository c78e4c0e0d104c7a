/**
 * Addresses of the variables of a test. Each has a page of its own, so that offsets within a page are what they are on a
 * machine; descriptors stand next to each other, as in a table.
 */

const PAGE_BITS = 12n;
const VIRTUAL = 0x1000_0000n;
const PHYSICAL = 0x2000_0000n;
const TABLE = 0x3000_0000n;
const TABLE_END = 0x3100_0000n;
/** Variables that have room. */
const MOST = 4096n;

/** What an address is the address of. */
export interface Target {
  readonly is: 'virtual' | 'physical' | 'entry';
  /** Number of the variable. */
  readonly variable: number;
  /** Bytes behind its start. */
  readonly offset: bigint;
}

export class Symbols {
  readonly #names: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #labels = new Map<string, bigint>();
  readonly #labelled = new Map<bigint, string>();

  /** The names in order of first mention. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** The number of a variable, which is new or known. */
  variable(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#names.length;
      this.#names.push(name);
      this.#numbers.set(name, number);
    }
    return number;
  }

  /** A place in the code of a thread, such as `P1:L0`. */
  label(name: string, address: bigint): void {
    this.#labels.set(name, address);
    if (!this.#labelled.has(address)) this.#labelled.set(address, name);
  }

  /** The address of a label; undefined if there is none. */
  labelled(name: string): bigint | undefined {
    return this.#labels.get(name);
  }

  /** The first label that stands at an address; undefined if none does. */
  labelAt(address: bigint): string | undefined {
    return this.#labelled.get(address);
  }

  /** What an address leads to; null for a number that is none. */
  target(address: bigint): Target | null {
    const of = (is: Target['is'], base: bigint): Target | null => {
      const variable = Number((address - base) >> PAGE_BITS);
      if (address < base || variable >= this.#names.length) return null;
      return { is, variable, offset: (address - base) & ((1n << PAGE_BITS) - 1n) };
    };
    if (address >= TABLE && address < TABLE_END) {
      const variable = Number((address - TABLE) >> 3n);
      return variable < this.#names.length ? { is: 'entry', variable, offset: (address - TABLE) & 7n } : null;
    }
    return of('physical', PHYSICAL) ?? (address < PHYSICAL ? of('virtual', VIRTUAL) : null);
  }
}

/** Virtual address of a variable by number. */
export const virtualAddress = (variable: number): bigint => VIRTUAL + (BigInt(variable) << PAGE_BITS);

/** Physical address of the frame that a variable has at the start. */
export const physicalAddress = (variable: number): bigint => PHYSICAL + (BigInt(variable) << PAGE_BITS);

/** Address of the descriptor that translates a variable. */
export const entryAddress = (variable: number): bigint => TABLE + BigInt(variable) * 8n;

/** The variable that a page number belongs to, as invalidations take it: VA[55:12]; null for none. */
export function variableOfPage(page: bigint): number | null {
  const first = VIRTUAL >> PAGE_BITS;
  return page >= first && page < first + MOST ? Number(page - first) : null;
}

/** The same for a virtual address. */
export const variableOfAddress = (address: bigint): number | null => variableOfPage(address >> PAGE_BITS);

/** The page number of a frame. */
export const frameOf = (address: bigint): bigint => address >> PAGE_BITS;
