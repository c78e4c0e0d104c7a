/**
 * One visible step of a thread, as data.
 *
 * Operation code never touches shared memory itself. A primitive (see `primitives.ts`) fills in one
 * {@link Op}, yields, and is resumed with the result; the explorer performs the access. So the next
 * access of every thread is known *before* it is made, which is what partial order reduction needs.
 */
import { Order } from './barrier.js';
import { type Label, labelOf, type Note } from './effect.js';
import type { Cell, Word } from './word.js';

export type { Cell, Word } from './word.js';

/** What a step does. Plain numbers, so that the explorer can switch on them cheaply. */
export const OpKind = {
  /** `mem[cell]`; returns the value. */
  READ: 0,
  /** `mem[cell] = a`; a plain store: under TSO it goes through the store buffer. Returns 0. */
  WRITE: 1,
  /** `old = mem[cell]; mem[cell] = a`; returns the old value. A locked operation. */
  XCHG: 2,
  /** `old = mem[cell]; if (old === a) mem[cell] = b`; returns the old value. If it fails, it is a read. */
  CMPXCHG: 3,
  /** `mem[cell] |= a`; returns 0, so two of them commute. A locked operation. */
  OR: 4,
  /** Waits until `mem[cell] === 0`, then stores `thread + 1` there. Returns 0. A locked operation. */
  LOCK: 5,
  /** Stores 0; a fault if this thread does not hold the lock. Under TSO a plain store. Returns 0. */
  UNLOCK: 6,
  /** Takes the lock if it is free; returns 1 if it was taken, else 0 (then it is a read). */
  TRYLOCK: 7,
  /** Waits until `test(mem[cell])`; returns the value. */
  AWAIT: 8,
  /**
   * End of a failed attempt of a retry loop: waits until one of `cells` differs from its value in
   * `values` (what the attempt read). Returns 0. If no thread is left to change one, that is a livelock.
   */
  RETRY: 9,
  /**
   * Nondeterminism: returns 0 … a-1, every one explored. Touches nothing. 1 <= a <= 30;
   * `choose` makes several steps of more.
   */
  CHOOSE: 10,
  /**
   * Several words at once: `run` may read every word in `cells` and write any of them, and nothing
   * else. A word it leaves unchanged counts as read. The step waits until each of `guards`, which are
   * among `cells`, passes `test`. Returns the result of `run`.
   */
  ATOMIC: 11,
  /**
   * A barrier; `a` says of what (see `Barrier`). Under TSO one of stores against loads waits until this thread's store
   * buffer is empty, and no other is a step; under SC none is. Returns 0.
   */
  FENCE: 12,
  /**
   * Not a step. Promises that from here on the thread depends only on its place in the code and on
   * the words in `key`; the explorer may then join histories that agree in both.
   */
  KEY: 13,
} as const;

/** Where the body of an atomic step reports a broken invariant. */
export interface FaultSink {
  /** Report that the invariant `code` (for instance `DIRTY`) broke; `message` says how, in words. */
  fail(code: string, message: string): void;
}

/**
 * The body of an ATOMIC step: cell `c` is `mem[base + c]`. It must be a pure function of the cells the
 * op lists (no other state, no randomness), and must not write any other word.
 */
export type AtomicBody = (mem: Int32Array, base: number, faults: FaultSink) => Word;

/** What a step did, for the printers: only on the recording run. */
export interface Outcome {
  /** The result of the step. */
  readonly result: Word;
  /** Value of `cell` (or of each of `cells`, in order) before the step. */
  readonly before: readonly Word[];
  /** The same after the step. */
  readonly after: readonly Word[];
}

/** Turns an outcome into the text behind the label, for instance `→ clean`. */
export type ShowOutcome = (outcome: Outcome) => string;

/** One step. Fields that a kind does not use have their neutral value. */
export interface Op {
  kind: number;
  cell: Cell;
  a: Word;
  b: Word;
  cells: readonly Cell[];
  values: readonly Word[];
  guards: readonly Cell[];
  /** AWAIT and guarded ATOMIC: when the step may be taken. */
  test: ((value: Word, cell: Cell) => boolean) | null;
  run: AtomicBody | null;
  key: readonly Word[];
  /** ATOMIC: a locked instruction, that is, under TSO it waits for the own store buffer first. */
  locked: boolean;
  /** What it asks of the accesses around it: one of `Order`. */
  order: number;
  /**
   * READ: the words from whose values its address was computed. Under the weak order it is made after the newest loads of
   * these by its thread: an address dependency.
   */
  after: readonly Cell[];
  /**
   * ATOMIC: threads whose store buffers must be empty, too: the step comes after an interrupt that they have
   * taken, or after they have been quiescent. Each must be declared interruptible (see `ThreadSpec`).
   */
  drains: readonly number[];
  /** What the printers call this step, for instance `ptep_get pte[3]`. For people: no code reads it. */
  label: string;
  /** What it means, where the kind does not say; see `effectOf`. */
  note: Note | null;
  show: ShowOutcome | null;
  /** Where the code stands that announced it, as the text of an error's stack; null unless it was asked for. */
  stack: string | null;
  /** Whether it was announced and not yet read by the driver of the generator. */
  open: boolean;
  /** With `stack`: a step that was announced and overwritten by another before anybody looked. */
  missed: { readonly label: string; readonly stack: string } | null;
}

/** Every copy of this module in the process: a step that another copy announces is not seen here. */
const COPIES: unique symbol = Symbol.for('racewalk.core');
const copies = globalThis as { [COPIES]?: readonly string[] };
copies[COPIES] = [...(copies[COPIES] ?? []), import.meta.url];

const NO_CELLS: readonly number[] = Object.freeze([]);

/** A fresh neutral op. */
export function makeOp(): Op {
  return {
    kind: OpKind.READ,
    cell: -1,
    a: 0,
    b: 0,
    cells: NO_CELLS,
    values: NO_CELLS,
    guards: NO_CELLS,
    test: null,
    run: null,
    key: NO_CELLS,
    locked: true,
    order: Order.USUAL,
    after: NO_CELLS,
    drains: NO_CELLS,
    label: '',
    note: null,
    show: null,
    stack: null,
    open: false,
    missed: null,
  };
}

/**
 * The record a primitive fills in before it yields. There is one: nothing else runs between the yield and the
 * copy that the driver of the generator makes.
 *
 * A driver that wants to know where each step stands in the source sets `stack` to a text before it resumes the
 * generator, and back to null afterwards. While it is null, as in every search, announcing a step costs nothing more.
 */
export const announced: Op = makeOp();

/** Reset {@link announced} to neutral and set its kind. Every primitive starts with this. */
export function announce(kind: number, label: Label): Op {
  const op = announced;
  if (op.open && op.stack !== null) op.missed ??= { label: op.label, stack: op.stack };
  op.open = true;
  op.kind = kind;
  op.cell = -1;
  op.a = 0;
  op.b = 0;
  op.cells = NO_CELLS;
  op.values = NO_CELLS;
  op.guards = NO_CELLS;
  op.test = null;
  op.run = null;
  op.key = NO_CELLS;
  op.locked = true;
  op.order = Order.USUAL;
  op.after = NO_CELLS;
  op.drains = NO_CELLS;
  op.label = labelOf(label);
  op.note = typeof label === 'string' ? null : label;
  op.show = null;
  if (op.stack !== null) op.stack = new Error().stack ?? '';
  return op;
}

/** A copy that outlives the next `announce`. */
export function copyOp(op: Op): Op {
  return { ...op };
}
