/** The registers that a thread uses, numbered as they are met. */
import { type Register, ZERO } from '../program/instruction.js';
import type { Value } from '../program/value.js';
import type { Text } from './text.js';

/** The names of an instruction set. */
export interface RegisterNames {
  /** How states print the register that a text calls `name`; `zero` for the one that is always zero; null for none. */
  canonical(name: string): string | null;
}

/** What `canonical` answers for the zero register. */
export const ZERO_NAME = 'zero';

export class RegisterFile {
  readonly #numbers = new Map<string, number>();
  readonly #initial: Value[] = [];

  constructor(
    readonly source: Text,
    readonly names: RegisterNames,
  ) {}

  /** The number of the register that stands at `at`. */
  register(name: string, at: number): Register {
    const canonical = this.names.canonical(name);
    if (canonical === null) throw this.source.error(at, `${JSON.stringify(name)} is not a register`);
    return canonical === ZERO_NAME ? ZERO : this.hidden(canonical);
  }

  /** A register that no text names: flags, and halves of a pair. */
  hidden(name: string): Register {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(name, number);
      this.#initial.push(0);
    }
    return number;
  }

  initialise(register: Register, value: Value): void {
    if (register !== ZERO) this.#initial[register] = value;
  }

  /** Names by number. */
  list(): string[] {
    return [...this.#numbers.keys()];
  }

  initial(): Value[] {
    return [...this.#initial];
  }
}
