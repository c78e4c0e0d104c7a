/** Parts of an optimal search as plain JSON: what a checkpoint, a job and its result are made of. */

/** One step: agent and alternative (0 unless it is a CHOOSE). */
export type JobStep = readonly [agent: number, choice: number];

/**
 * The accesses of a step: `cell << 2 | mode`, where the mode is 0 for a load, 1 for a store, 2 for an OR
 * whose old value is not used.
 */
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

/**
 * One step of a requested sequence: its footprint; for each agent with earlier steps that must precede it,
 * the place of the last one; and 1 if it wakes an agent that sleeps there.
 */
export type RequestStep = readonly [
  agent: number,
  choice: number,
  foot: SavedFoot,
  after: readonly number[],
  wakes: 0 | 1,
];

/**
 * Explore the last of these steps, after the steps it needs, from this depth of the prefix, unless that is
 * already covered there. The other steps are the rest of the execution in which the race was found, as far as
 * they do not depend on the step taken at that depth; some of them wake sleeping agents.
 */
export interface Request {
  readonly depth: number;
  readonly steps: readonly RequestStep[];
}
