/**
 * A search in pieces that may be explored anywhere and in any order. All of this is plain JSON.
 *
 * The pieces are subtrees of the one tree that a single optimal search would walk. Exploring a subtree finds
 * races that reach above it, so a result holds not only counts but also requests: sequences that must be
 * explored from some depth of the prefix. The {@link Frontier} keeps the prefixes.
 */
import type { Asleep, JobStep, Request, Rest, SavedTree } from '../searches/dpor/pieces.js';
import type { Counterexample } from '../types.js';

/** The counts of a search in pieces so far. */
export interface FrontierCounts {
  readonly executions: number;
  readonly blocked: number;
  readonly steps: number;
  readonly deadlocks: number;
  /** Jobs whose result has come. */
  readonly jobs: number;
}

/** A subtree to explore. */
export interface Job {
  /** Number among the jobs of its frontier; a result names it. */
  readonly id: number;
  /** Cells whose ORs count as stores, because a thread may wait for them. */
  readonly awaited: readonly number[];
  /** The steps that lead to the subtree; its length is the floor of the job. */
  readonly prefix: readonly JobStep[];
  /** The agents put to sleep at each depth of the prefix by the branches before it. */
  readonly sleep: readonly Asleep[];
  /** The branches after the prefix at each of its depths, begun or not. */
  readonly trees: readonly (readonly SavedTree[])[];
  /** Where to go on; without it the job begins at its floor. */
  readonly rest?: Rest;
  /** Stop after this many executions and return the rest. */
  readonly executions: number;
}

/** The result of a job. */
export interface JobResult {
  readonly id: number;
  readonly executions: number;
  readonly blocked: number;
  readonly steps: number;
  readonly deadlocks: number;
  /** Automaton nodes that the runner knows. */
  readonly nodes: number;
  readonly requests: readonly Request[];
  /** Absent if the subtree is done. */
  readonly rest?: Rest;
  readonly fault?: Counterexample;
  /** An execution reached the bound of steps. */
  readonly tooLong?: boolean;
  /**
   * Cells that a thread may wait for, and cells that are ORed, as far as seen: two ORs of a cell in both
   * lists do not commute.
   */
  readonly awaited: readonly number[];
  readonly ored: readonly number[];
  /** Two ORs were taken to commute and do not: nothing of the above counts. */
  readonly restart?: boolean;
}
