/** Locals of one function: which slot each name has where. */
import type { CType } from '../types/ctype.js';

/** A local. */
export interface Local {
  readonly name: string;
  readonly slot: number;
  readonly type: CType;
  /** Some plain load of shared memory fills it: each use may be a load of its own. */
  repeated: boolean;
  /** The variable of the race that it is, where calls share it. */
  readonly shared?: string;
}

/** The names in force while a function is compiled. */
export class Scope {
  readonly all: Local[] = [];
  readonly #open: Map<string, Local>[] = [new Map()];
  #slots = 0;

  /** How many slots a frame needs. */
  get slots(): number {
    return this.#slots;
  }

  /** A slot without a name. */
  slot(): number {
    return this.#slots++;
  }

  declare(name: string, type: CType): Local {
    const local: Local = { name, slot: this.slot(), type, repeated: false };
    this.#open.at(-1)?.set(name, local);
    this.all.push(local);
    return local;
  }

  /** A local that all calls share: a variable of the race. */
  declareShared(name: string, type: CType, shared: string): void {
    const local: Local = { name, slot: this.slot(), type, repeated: false, shared };
    this.#open.at(-1)?.set(name, local);
  }

  /** Whether the innermost block has the name itself. */
  isHere(name: string): boolean {
    return this.#open.at(-1)?.has(name) === true;
  }

  find(name: string): Local | undefined {
    return this.#open.findLast((names) => names.has(name))?.get(name);
  }

  /** Compile something in a scope of its own. */
  inside<R>(body: () => R): R {
    this.#open.push(new Map());
    try {
      return body();
    } finally {
      this.#open.pop();
    }
  }
}
