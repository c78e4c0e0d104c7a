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

/** How an agent sleeps: for a branch that was done before, beside one that is not, or below one that was not. */
export const enum Sleep {
  SOUND = 0,
  BESIDE = 1,
  BELOW = 2,
}

/** Agents asleep at one depth: agent, a mask of its alternatives, and how (0 for a branch that was
 * done before, 1 beside one that was not, 2 below one that was not; see the frontier). */
export type Asleep = readonly (readonly [agent: number, alternatives: number, how: number])[];

/** A wakeup tree node: agent, alternative, children. */
export type SavedTree = readonly [agent: number, choice: number, children: readonly SavedTree[]];

/** Where a search stands below its floor; depths count from the floor. */
export interface Rest {
  readonly path: readonly JobStep[];
  /** Per depth up to and including that of the end of `path`. */
  readonly sleep: readonly Asleep[];
  readonly trees: readonly (readonly SavedTree[])[];
}

/** A subtree to explore. */
export interface Job {
  /** Number among the jobs of its frontier; a result names it. */
  readonly id: number;
  /** Cells whose ORs count as stores, because somebody waits for them. */
  readonly awaited: readonly number[];
  /** The steps that lead to the subtree; its length is the floor of the job. */
  readonly prefix: readonly JobStep[];
  /** Who sleeps and what is still to come at each depth of the prefix. */
  readonly sleep: readonly Asleep[];
  readonly trees: readonly (readonly SavedTree[])[];
  /** Where to go on; without it the job begins at its floor with `subtree` as the wakeup tree. */
  readonly rest?: Rest;
  readonly subtree: readonly SavedTree[];
  /** Give up after this many executions and answer with the rest. */
  readonly executions: number;
}

/** One step of a requested sequence, and the places in it of the steps it has to come after. */
export type RequestStep = readonly [agent: number, choice: number, after: readonly number[]];

/** Explore this sequence from this depth of the prefix, unless it is covered there. */
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
