/**
 * The steps operation code can take. Each is used as `yield* primitive(…)`; call and delegation must
 * be one expression, because the operands live in the shared `announced` record until the yield.
 */
import { RacewalkError } from '../errors.js';
import { Barrier, Order } from './barrier.js';
import { type Label, labelOf } from './effect.js';
import {
  type AtomicBody,
  announce,
  type Cell,
  type Op,
  OpKind,
  type Outcome,
  type ShowOutcome,
  type Word,
} from './op.js';
import { DONE, FLAG, type Step, WORD } from './step.js';

const NO_CELLS: readonly Cell[] = Object.freeze([]);

/** What accesses of one word say alike. */
function onWord(kind: number, cell: Cell, label: Label, show: ShowOutcome | null, order: number): Op {
  const op = announce(kind, label);
  op.cell = cell;
  op.show = show;
  op.order = order;
  return op;
}

/**
 * Load one word; `order` is one of `Order`. `after` are the words from whose values the address was computed
 * (`READ_ONCE(*pmdp)`, then `READ_ONCE(pte[i])` in that table): the load is made after the newest loads of these. No other
 * dependency orders a load, so what is not said here may be made early under the weak order.
 */
export function read(
  cell: Cell,
  label: Label = '',
  show: ShowOutcome | null = null,
  order: number = Order.USUAL,
  after: readonly Cell[] = NO_CELLS,
): Step<Word> {
  onWord(OpKind.READ, cell, label, show, order).after = after;
  return WORD;
}

/** Plain store of one word; `order` is one of `Order`. */
export function write(
  cell: Cell,
  value: Word,
  label: Label = '',
  show: ShowOutcome | null = null,
  order: number = Order.USUAL,
): Step<void> {
  onWord(OpKind.WRITE, cell, label, show, order).a = value;
  return DONE;
}

/** Atomic exchange; returns the old word. */
export function xchg(
  cell: Cell,
  value: Word,
  label: Label = '',
  show: ShowOutcome | null = null,
  order: number = Order.USUAL,
): Step<Word> {
  onWord(OpKind.XCHG, cell, label, show, order).a = value;
  return WORD;
}

/** Atomic compare and exchange; returns the old word, which equals `expected` iff the store was made. */
export function cmpxchg(
  cell: Cell,
  expected: Word,
  value: Word,
  label: Label = '',
  show: ShowOutcome | null = null,
  order: number = Order.USUAL,
): Step<Word> {
  const op = onWord(OpKind.CMPXCHG, cell, label, show, order);
  op.a = expected;
  op.b = value;
  return WORD;
}

/** Atomic OR that does not return the old value; two of them on one word commute. */
export function or(cell: Cell, bits: Word, label: Label = '', order: number = Order.USUAL): Step<void> {
  onWord(OpKind.OR, cell, label, null, order).a = bits;
  return DONE;
}

/** Wait for a lock and take it. */
export function lock(cell: Cell, label: Label = ''): Step<void> {
  announce(OpKind.LOCK, label).cell = cell;
  return DONE;
}

/** Release a lock this thread holds. */
export function unlock(cell: Cell, label: Label = ''): Step<void> {
  announce(OpKind.UNLOCK, label).cell = cell;
  return DONE;
}

/** Take a lock if it is free; returns whether it was taken. */
export function trylock(cell: Cell, label: Label = ''): Step<boolean> {
  announce(OpKind.TRYLOCK, label).cell = cell;
  return FLAG;
}

/** Wait until the word satisfies `test`; returns it. Later accesses come after: `smp_cond_load_acquire`. */
export function awaitWord(cell: Cell, test: (value: Word) => boolean, label: Label = ''): Step<Word> {
  const op = announce(OpKind.AWAIT, label);
  op.cell = cell;
  op.test = test;
  return WORD;
}

/** End a failed attempt of a retry loop: wait until one of the words has changed since it was read. */
export function retry(cells: readonly Cell[], values: readonly Word[], label: Label = ''): Step<void> {
  const op = announce(OpKind.RETRY, label);
  op.cells = cells;
  op.values = values;
  return DONE;
}

/** Alternatives that one CHOOSE step has at most. */
const MOST_AT_ONCE = 30;
/** Alternatives of `choose`: as many as the largest block has pages, and some. */
const MOST_ALTERNATIVES = 4096;

/**
 * Pick one of `n` (1 … 4096); every alternative is explored. More than 30 are picked in several steps: a group, then
 * one of the group. None of these steps touches a word, so there are as many schedules as alternatives.
 *
 * @throws RacewalkError `RACEWALK_OUTSIDE` if there are not so many
 */
export function choose(n: number, label: Label = '', show: ShowOutcome | null = null): Step<number> {
  if (!(Number.isInteger(n) && n >= 1 && n <= MOST_ALTERNATIVES)) {
    throw new RacewalkError('RACEWALK_OUTSIDE', `choose(${n}): 1 to ${MOST_ALTERNATIVES} alternatives`);
  }
  return n <= MOST_AT_ONCE ? pick(n, label, show) : pickOfGroup(n, label, show);
}

function pick(n: number, label: Label, show: ShowOutcome | null): Step<number> {
  const op = announce(OpKind.CHOOSE, label);
  op.a = n;
  op.show = show;
  return WORD;
}

function* pickOfGroup(n: number, label: Label, show: ShowOutcome | null): Step<number> {
  const groups = Math.ceil(n / MOST_AT_ONCE);
  const first = MOST_AT_ONCE * (yield* choose(groups, `${labelOf(label)}, which ${MOST_AT_ONCE}`));
  const within = (outcome: Outcome): string => show?.({ ...outcome, result: first + outcome.result }) ?? '';
  const size = Math.min(MOST_AT_ONCE, n - first);
  return first + (yield* pick(size, label, show === null ? null : within));
}

/** How an atomic step differs from the plain one. */
export interface AtomicOptions {
  /** Wait until this word passes `test`, or each of several at the same moment; they must be among the cells. */
  readonly guard?: Cell | readonly Cell[];
  /** Whether the value of a word of `guard` lets the step be taken. */
  readonly test?: (value: Word, cell: Cell) => boolean;
  /** False for a step that is not a locked instruction of this thread, such as a page walk. Default true. */
  readonly locked?: boolean;
  /**
   * What a locked step asks of the accesses around it: one of `Order`. Default FULL. One that is not locked orders
   * nothing, unless it says ACQUIRE: then later loads come after it.
   */
  readonly order?: number;
  /**
   * Threads, by number, whose stores must have reached memory as well, because they took an interrupt or were
   * quiescent before this step. Each must be declared interruptible.
   */
  readonly drains?: readonly number[];
  readonly show?: ShowOutcome;
}

const NO_OPTIONS: AtomicOptions = Object.freeze({});

/** Several words in one indivisible step; see `OpKind.ATOMIC` for the rules of `run`. */
export function atomic(
  cells: readonly Cell[],
  run: AtomicBody,
  label: Label = '',
  options: AtomicOptions = NO_OPTIONS,
): Step<Word> {
  const op = announce(OpKind.ATOMIC, label);
  op.cells = cells;
  op.run = run;
  const { guard = NO_CELLS } = options;
  op.guards = typeof guard !== 'number' ? guard : guard < 0 ? NO_CELLS : [guard];
  op.test = options.test ?? null;
  op.locked = options.locked ?? true;
  op.order = options.order ?? Order.USUAL;
  op.drains = options.drains ?? NO_CELLS;
  op.show = options.show ?? null;
  return WORD;
}

/** A barrier: one of `Barrier`, or other bits of it. The default drains this thread's store buffer. */
export function fence(label: Label = '', barrier: number = Barrier.FULL): Step<void> {
  announce(OpKind.FENCE, label).a = barrier;
  return DONE;
}

/**
 * Promise that what follows depends only on this place in the code and on `words`; see `OpKind.KEY`.
 * `words[0]` should name the place. A wrong promise is found where two histories that were joined ask
 * for different next steps, and reported as nondeterminism.
 */
export function localKey(...words: Word[]): Step<void> {
  announce(OpKind.KEY, '').key = words;
  return DONE;
}
