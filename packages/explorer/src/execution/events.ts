/** How an execution keeps its events and their accesses in arrays of integers. */

/** An event is a record of `1 << E.SHIFT` ints. */
export const enum E {
  SHIFT = 3,
  AGENT = 0,
  /** Automaton node before the event; -1 if the agent is no thread. */
  NODE = 1,
  CHOICE = 2,
  FOOT = 3,
  /** Its slots are those from here up to the same field of the next event. */
  SLOT = 4,
  /** The previous event of the same agent, or -1. */
  PREV = 5,
  /** What the memory model needs to know of the event, in one word. */
  AUX = 6,
  RESULT = 7,
}

/** A slot is one access of an event: a record of `1 << S.SHIFT` ints, the last two unused. */
export const enum S {
  SHIFT = 3,
  CELL = 0,
  MODE = 1,
  /** The slot before on the same cell, or -1. */
  PREV = 2,
  EVENT = 3,
  BEFORE = 4,
  AFTER = 5,
  /** The newest slot before on the same cell that is no read, or -1. */
  STORE = 6,
}
