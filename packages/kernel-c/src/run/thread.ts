/** The thread that runs C code: where in the text it is, and what it did since. */
import type { RacewalkError } from '@racewalk/core';
import { announced, type Cell, OpKind, type Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { errorAt, type Place } from '../parse/error.js';
import type { Value } from './objects.js';
import { orLost } from './outside.js';

/** How C code is run. */
export interface RunOptions {
  /** Whether the compiler may repeat a plain load of shared memory, once. Default true. */
  readonly repeat?: boolean;
  /** Rounds after which a loop that does not wait is given up. Default 2000. */
  readonly rounds?: number;
}

const NOWHERE: Place = Object.freeze({ file: 'C', line: 0, column: 0 });

/** One agent in C code. */
export class Thread {
  /** The place of the step that comes next. */
  at: Place | null = null;
  /** A number for what is as the steps and stores so far left it, as far as this thread knows. */
  #state = 0;
  #states = 0;
  #before = 0;
  /** Changes of locals through pointers. */
  #locals = 0;
  readonly #inFrames = new WeakMap<object, number>();
  /** Locks that this thread took, and what was before. */
  readonly #taken = new Map<Cell, { readonly before: number; readonly after: number }>();
  readonly #stores = new Map<object, number>();
  /** Compiler barriers so far. */
  barriers = 0;
  /** Words that were read and what they held, in turn. */
  readonly reads: number[] = [];
  /** What the thread has loaded the address of, and the word that it last loaded it from: an address dependency. */
  readonly pointers = new Map<object, Cell>();
  /** Calls of C functions that are open. */
  depth = 0;
  #inside = false;

  constructor(
    readonly m: Machine,
    readonly globals: ReadonlyMap<string, Value>,
    readonly options: RunOptions,
  ) {}

  /** Stores so far to an entry or a word, as far as the compiler sees them. */
  stores(to: Value): number {
    return typeof to === 'object' && to !== null ? (this.#stores.get(to) ?? 0) : 0;
  }

  /** One more. */
  stored(to: object): void {
    this.#stores.set(to, (this.#stores.get(to) ?? 0) + 1);
  }

  /** A local was changed through a pointer. */
  changed(frame: object): void {
    this.#locals++;
    this.#inFrames.set(frame, (this.#inFrames.get(frame) ?? 0) + 1);
  }

  /** Something changed. */
  effect(): void {
    this.#before = this.#state;
    this.#state = ++this.#states;
  }

  /** The step before this changed nothing: it was no more than a load. */
  onlyRead(cell: Cell, word: number): void {
    this.#state = this.#before;
    this.reads.push(cell, word);
  }

  /** What is so far, apart from locals of a frame: whoever compares these looks at them. */
  effectsBesides(frame: object): string {
    return `${this.#state} ${this.#locals - (this.#inFrames.get(frame) ?? 0)}`;
  }

  /** An error of the code at the place it is at. */
  error(what: string, hint = 'correct the line, or write it another way'): RacewalkError {
    return errorAt(this.at ?? NOWHERE, what, hint, 'RACEWALK_C_RUN');
  }

  /** Take the steps of C code: each says where in the text it is, and what was read is noted for loops that wait. */
  *watch<V>(code: Step<V>): Step<V> {
    if (this.#inside) return yield* code;
    this.#inside = true;
    const body = orLost(this, code);
    try {
      let turn = body.next(0);
      while (!turn.done) {
        const { kind, cell, a, note } = announced;
        if (this.at !== null && note?.at === undefined) announced.note = { ...note, at: this.at };
        const answer: number = yield;
        this.#note(kind, cell, a, answer);
        turn = body.next(answer);
      }
      return turn.value;
    } finally {
      this.#inside = false;
      this.at = null;
    }
  }

  #note(kind: number, cell: number, a: number, answer: number): void {
    const failed = (kind === OpKind.CMPXCHG && answer !== a) || (kind === OpKind.TRYLOCK && answer === 0);
    if (kind === OpKind.READ || kind === OpKind.AWAIT || (kind === OpKind.CMPXCHG && failed))
      this.reads.push(cell, answer);
    else if (kind === OpKind.UNLOCK) this.#released(cell);
    else if (
      kind !== OpKind.KEY &&
      kind !== OpKind.RETRY &&
      kind !== OpKind.FENCE &&
      kind !== OpKind.CHOOSE &&
      !failed
    ) {
      const before = this.#state;
      this.effect();
      if (kind === OpKind.LOCK || kind === OpKind.TRYLOCK)
        this.#taken.set(cell, { before, after: this.#state });
    }
  }

  /** A lock that was held only to read leaves all as it was: a loop may wait for what it read. */
  #released(cell: Cell): void {
    const taken = this.#taken.get(cell);
    this.#taken.delete(cell);
    if (taken !== undefined && taken.after === this.#state) this.#state = taken.before;
    else this.effect();
  }
}

const threads = new WeakMap<Machine, Thread>();

/** The thread of an agent; one for all C code it runs. */
export function threadOf(m: Machine, globals: ReadonlyMap<string, Value>, options: RunOptions): Thread {
  let found = threads.get(m);
  if (found === undefined) {
    found = new Thread(m, globals, options);
    threads.set(m, found);
    // What C code keeps is not compared: its histories stay apart.
    m.keeps.push(found);
  }
  return found;
}
