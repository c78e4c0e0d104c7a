/**
 * A search in pieces that may be explored anywhere and in any order. All of this is plain JSON.
 *
 * The pieces are subtrees of the one tree that a single optimal search would walk. Whoever explores a
 * subtree finds races that reach above it, so it answers not only with counts but with requests: sequences
 * that have to be explored from some depth of its prefix. The {@link Frontier} keeps the prefixes.
 */
import type { Counterexample } from '../types.js';

/** One step: agent and alternative (0 unless it is a CHOOSE). */
export type JobStep = readonly [agent: number, choice: number];

/** The accesses of a step: `cell << 2 | mode`, where the mode is 0 for a load, 1 for a store, 2 for an OR nobody looks at. */
export type SavedFoot = readonly number[];

/** Agents asleep at one depth, and a mask of their alternatives. */
export type Asleep = readonly (readonly [agent: number, alternatives: number])[];

/** A wakeup tree node: agent, alternative, the footprint that the step has there, children. */
export type SavedTree = readonly [
  agent: number,
  choice: number,
  foot: SavedFoot,
  children: readonly SavedTree[],
];

/** Where a search stands below its floor; depths count from the floor. */
export interface Rest {
  readonly path: readonly JobStep[];
  /** Per depth up to and including that of the end of `path`. */
  readonly sleep: readonly Asleep[];
  readonly trees: readonly (readonly SavedTree[])[];
  /** Footprints of the steps of `path`. */
  readonly feet: readonly SavedFoot[];
}

/** A subtree to explore. */
export interface Job {
  /** Number among the jobs of its frontier; a result names it. */
  readonly id: number;
  /** Cells whose ORs count as stores, because somebody waits for them. */
  readonly awaited: readonly number[];
  /** The steps that lead to the subtree; its length is the floor of the job. */
  readonly prefix: readonly JobStep[];
  /** The branches before the prefix at each of its depths: who falls asleep there. */
  readonly sleep: readonly Asleep[];
  /** The branches behind the prefix at each of its depths, begun or not. */
  readonly trees: readonly (readonly SavedTree[])[];
  /** Where to go on; without it the job begins at its floor. */
  readonly rest?: Rest;
  /** Give up after this many executions and answer with the rest. */
  readonly executions: number;
}

/**
 * One step of a requested sequence: its footprint; for each agent that has a step before it that it has to come after,
 * the place of the last of them; and 1 if it wakes somebody who sleeps there.
 */
export type RequestStep = readonly [
  agent: number,
  choice: number,
  foot: SavedFoot,
  after: readonly number[],
  wakes: 0 | 1,
];

/**
 * Explore the last of these steps, after those that it needs, from this depth of the prefix, unless that is
 * covered there. The others are what else happened in the execution where it was found, as long as it does not depend on the
 * step that was taken there: from these come the steps that wake others.
 */
export interface Request {
  readonly depth: number;
  readonly steps: readonly RequestStep[];
}

/** What a job came to. */
export interface JobResult {
  readonly id: number;
  readonly executions: number;
  readonly blocked: number;
  readonly steps: number;
  readonly deadlocks: number;
  /** Automaton nodes known to whoever ran it. */
  readonly nodes: number;
  readonly requests: readonly Request[];
  /** Absent if the subtree is done. */
  readonly rest?: Rest;
  readonly fault?: Counterexample;
  /** An execution reached the bound of steps. */
  readonly tooLong?: boolean;
  /** Cells somebody may wait for, and cells that are ORed, as far as seen: two ORs of a cell in both do not commute. */
  readonly awaited: readonly number[];
  readonly ored: readonly number[];
  /** Two ORs were taken to commute and do not: nothing of the above counts. */
  readonly restart?: boolean;
}
