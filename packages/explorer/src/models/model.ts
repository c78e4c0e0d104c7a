/**
 * What a memory model is to the searches. They know events, footprints and agents; everything else that a
 * model keeps (store buffers, and in a weak model views, promises or delayed stores) is behind this interface.
 *
 * A model belongs to one `Execution`, which keeps what all models have in common: where each thread stands,
 * shared memory, and the events with their accesses. A model has three ways to add to that:
 *
 * - **Agents.** What moves without a step of a thread is an agent of its own: under TSO the store buffer of each
 *   thread, in a weak model each thing that may become visible later. Its event has no automaton node (-1).
 * - **Private cells.** Words from `Execution.cells` up are the model's. Two events that touch one, at least one of
 *   them storing to it, keep their order. So a model states any dependence that shared memory does not show:
 *   under TSO every buffered store has a private cell, which a load answered from the buffer reads and
 *   the flush of that store writes. The first of them, one for each thread, are standing: they mean the same in every
 *   state, so a search may say that a thread will touch them.
 * - **One word per event**, `E.AUX`, whose meaning only the model knows.
 *
 * The searches call `enabled`, `execute`, `undo` and most of `order` at every step: they allocate nothing.
 */
export interface MemoryModel {
  /** Number of agents. The threads come first, by their numbers in the program. */
  readonly agents: number;
  /** The thread whose steps `agent` completes; for a thread the thread itself. Never changes. */
  owner(agent: number): number;
  /** Forget all events. The execution has reset its own part. */
  reset(): void;
  /** Whether `agent` can take its next step in the present state. Depends on the state only. */
  enabled(agent: number): boolean;
  /**
   * Take the next step of `agent`, which must be enabled; `choice` is the alternative at a CHOOSE. Records every
   * access by `touch`, reports a fault by `Execution.fail`, and ends with exactly one `push`.
   */
  execute(agent: number, choice: number): void;
  /**
   * Take back what the model keeps of the newest event, which was made by `agent` with the word `aux`. The
   * execution has restored cells (private ones, too) and the agent's place.
   */
  undo(agent: number, aux: number): void;
  readonly key: ModelKey;
  readonly order: ModelOrder;
  /** Loads that may return an older value, as alternatives of their step; null if there are none. */
  readonly old: OldLoads | null;
}

/** Tells whether event `earlier` happens before event `later`, or is it. */
export type HappensBefore = (earlier: number, later: number) => boolean;

/**
 * A load that is made before its place in the schedule returns what its word held there: alternative k is the value
 * before the newest k stores to the word. Alternative 0 is there always and has the same footprint, so a search takes that
 * first, and lists the others when the execution is complete.
 */
export interface OldLoads {
  /** Whether event `event` is a load of a word that may have more than one value. */
  possible(event: number): boolean;
  /**
   * How many stores the load `event` may pass by, at most. Only where the newest store to the word happens before
   * the previous event of the thread: else the load can be put before the store in the schedule.
   */
  most(event: number, before: HappensBefore): number;
  /** Whether the next step of `thread` may pass by the newest `choice` stores to its word now. */
  allows(thread: number, choice: number): boolean;
}

/**
 * The part of a state that only the model knows. Two states with equal nodes, equal shared memory and equal
 * keys have the same future: a key leaves out what only the past depends on, such as event numbers.
 */
export interface ModelKey {
  /** How many ints {@link write} needs in the present state. */
  size(): number;
  /** Write the key to `to` from `at` on; returns where it ends. Equal keys are written alike. */
  write(to: Int32Array, at: number): number;
  /** Put the model, just reset, into the state whose key begins at `at`. */
  read(from: Int32Array, at: number): void;
  /** The same key as one small number per thread, counted afresh; null if nodes and shared memory say all. */
  numbers(): KeyNumbers | null;
}

/**
 * The key as one small number per thread: equal numbers, equal keys. The initial one is 0. The caller keeps the
 * numbers; these functions say how they go on.
 */
export interface KeyNumbers {
  /** Threads whose number the newest event may have changed, as bits. */
  changed(): number;
  /** The number of `thread` after the newest event; before it, it was `number`. */
  after(thread: number, number: number): number;
  /** Cells of shared memory to which a thread with this number may still store without taking a step itself. */
  stores(number: number): readonly number[];
}

/** Instead of a cell that a step waits for. */
export const enum Blocked {
  /** It does not wait. */
  NOT = -1,
  /** For a store of its own thread, which is on its way: with less of the execution it would be so, too. */
  FOR_GOOD = -2,
}

/** Which steps depend on each other beyond what their footprints say, and what a step would do elsewhere. */
export interface ModelOrder {
  /**
   * The event of another agent without which `event` could not be: under TSO, of a flush, the event that issued
   * the store. -1 if there is none. (The previous event of the same agent always comes first as well.)
   */
  cause(event: number): number;
  /**
   * Whether the step of `event` can be disabled in some state. If so, it may be reversed with earlier events than
   * those it races with directly.
   */
  mayWait(event: number): boolean;
  /** Whether an event from `from` on may have changed when the waiting next step of `thread` can be taken. */
  waitChanged(thread: number, from: number): boolean;
  /** The `E.AUX` that the next event of `thread` would have. */
  aux(thread: number): number;
  /**
   * The footprint that the step at `node` would have in the state `past`, or `Foot.DISABLED` if it would have
   * to wait there. `aux` is that of the event it is, or would be.
   */
  footIn(past: Past, node: number, aux: number): number;
  /** The same for the step of the thread event `event`; `past` leaves out an earlier event that it races with. */
  footOf(past: Past, event: number): number;
  /**
   * The cells of shared memory that the enabled next step of `agent` touches if it is taken now, as a footprint;
   * `Foot.UNKNOWN` if only taking it shows. `Foot.NONE` for an agent without a step, unless it is a thread.
   */
  nextFoot(agent: number): number;
  /** Whether the step at `node` can wait for several words at once, so that {@link blockedBy} has to be asked. */
  waitsForSeveral(node: number): boolean;
  /**
   * A cell because of whose value the step at `node`, with the word `aux`, has to wait in the state `past`, or one of
   * {@link Blocked}. Asked only of steps that wait for several.
   */
  blockedBy(past: Past, node: number, aux: number): number;
  /** The cells of shared memory through which another thread could enable the waiting `thread`, as a footprint. */
  waitFoot(thread: number): number;
}

/** A state that is only imagined: an event, and all that happens after it, is left out. */
export interface Past {
  /** The value of `cell`, which may be private. */
  value(cell: number): number;
  /** The same, for a caller that knows that no event that stays stored to the cell after slot `newest` (-1: none). */
  valueFrom(cell: number, newest: number): number;
}
