/** Memory that a supervised thread and its supervisor share: whose code runs, and whether to stop. */
import type { Io } from '../io.js';

/** What the thread is started with. */
export interface ThreadStart {
  readonly argv: readonly string[];
  readonly world: Omit<Io, 'out' | 'err' | 'signal' | 'thread'>;
  readonly thread: string | undefined;
  readonly beat: SharedArrayBuffer;
}

/** What the thread says. */
export type FromThread =
  | { readonly kind: 'out'; readonly text: string }
  | { readonly kind: 'err'; readonly text: string }
  | { readonly kind: 'exit'; readonly code: number };

const HEAD = 3;
const TEXT = 400;

/** One word that counts entries and exits (odd: inside), one that asks to stop, and a text. */
export class Beat {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #text: Uint8Array;

  constructor(memory = new SharedArrayBuffer(4 * HEAD + TEXT)) {
    this.memory = memory;
    this.#words = new Int32Array(memory, 0, HEAD);
    this.#text = new Uint8Array(memory, 4 * HEAD);
  }

  enter(where: string): void {
    const bytes = new TextEncoder().encode(where).subarray(0, TEXT);
    this.#text.set(bytes);
    Atomics.store(this.#words, 2, bytes.length);
    Atomics.add(this.#words, 0, 1);
  }

  leave(): void {
    Atomics.add(this.#words, 0, 1);
  }

  get count(): number {
    return Atomics.load(this.#words, 0);
  }

  /** Whether the author's code runs. */
  get inside(): boolean {
    return (this.count & 1) === 1;
  }

  /** Whose code was entered last. */
  get where(): string {
    // A decoder refuses shared memory.
    return new TextDecoder().decode(Uint8Array.from(this.#text.subarray(0, Atomics.load(this.#words, 2))));
  }

  abort(): void {
    Atomics.store(this.#words, 1, 1);
  }

  get aborted(): boolean {
    return Atomics.load(this.#words, 1) === 1;
  }
}
