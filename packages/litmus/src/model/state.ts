/**
 * The state of one thread: a row of integers, so that it is copied, compared and hashed as such. Views are times of
 * messages; their names are those of the order tables in docs/litmus.md.
 */

export const PC = 0;
/** All loads, all loads that return a value, all stores so far. */
export const R_OLD = 1;
export const R_OLD_RET = 2;
export const W_OLD = 3;
/** What later loads, later stores, and later faults wait for. */
export const R_NEW = 4;
export const W_NEW = 5;
export const F_NEW = 6;
/** Branches and addresses of earlier accesses: later stores wait for them. Branches alone. */
export const CAP = 7;
export const CTL = 8;
/** Earlier releases of the RCsc kind. */
export const REL = 9;
/** Earlier translations, hardware updates and invalidations: only a DSB waits for them. */
export const T_OLD = 10;
export const H_OLD = 11;
export const TLBI_OLD = 12;
/** What the last DSB and the last context synchronisation waited for. */
export const DSB = 13;
export const ISB = 14;
/** The load of a pair: what it read, its view, its word (-1: none). */
export const PAIR_TIME = 15;
export const PAIR_VIEW = 16;
export const PAIR_PLACE = 17;
/** Own messages that are promised and not yet made, as a mask over the thread's own messages. */
export const PROMISED = 18;
/** The instruction is run a second time after a fault. */
export const AGAIN = 19;
/**
 * Rounds of loops in which the thread has made messages; other rounds come back to a state that is known, and need no bound.
 */
export const LOOPS = 20;
/** A path that counts for nothing. */
export const DEAD = 21;
/** The instruction that has last faulted to a handler. */
export const FAULTED = 22;
/** A message was made since the last backward jump. */
export const MADE = 23;
const FIXED = 24;

/** A pc behind every program. */
export const ENDED = 1 << 20;
/** Invalidations that wait for their barrier. */
export const MOST_PENDING = 6;
/** Faults that a thread can take. */
export const MOST_FAULTS = 6;

/** Where the parts stand that depend on the program. */
export class Layout {
  readonly pending: number;
  readonly faults: number;
  readonly registers: number;
  readonly words: number;
  readonly offsets: number;
  readonly size: number;

  /**
   * @param registers - of the thread; each has a value, a view, and a view with pick dependencies
   * @param words - of memory; each has a coherence view, and of the last own store time, dependency, kind, and view of its load
   * @param offsets - offsets within a page that accesses use
   */
  constructor(registers: number, words: number, offsets: number) {
    this.pending = FIXED;
    this.faults = this.pending + MOST_PENDING;
    this.registers = this.faults + MOST_FAULTS;
    this.words = this.registers + 3 * registers;
    this.offsets = this.words + 5 * words;
    this.size = this.offsets + offsets;
  }

  register(register: number): number {
    return this.registers + 3 * register;
  }

  word(place: number): number {
    return this.words + 5 * place;
  }
}

/** Behind `Layout.word`. */
export const COH = 0;
export const FWD_TIME = 1;
export const FWD_DEP = 2;
export const FWD_EXCLUSIVE = 3;
export const FWD_LOAD = 4;

export type State = Int32Array;

/** Raise a view. */
export function raise(state: State, view: number, to: number): void {
  if ((state[view] ?? 0) < to) state[view] = to;
}

/** A view. */
export const view = (state: State, at: number): number => state[at] ?? 0;
