import type { Execution } from '../execution/execution.js';
import type { Bounds, ExploreOptions, Path } from '../types.js';
import type { Stop, Tally } from './tally.js';

/** Called at a fault, with the schedule that leads to it. The first one is kept. */
export type Keep = (code: string, message: string, path: Path) => void;

/** One search of one program: under way, paused, or done. */
export interface Search {
  /** The execution that it drives. */
  readonly x: Execution;
  /**
   * Explore from where the search stands until everything is explored or there is a reason to stop. Counts in
   * `tally`, which also knows the bounds, and hands faults to `keep`. `fault` is returned only if one was kept.
   */
  run(tally: Tally, keep: Keep): Stop;
  /** Where the search stands, as plain JSON. Absent if it cannot be saved. */
  save?(): unknown;
  /**
   * Stand where a search stood when it was saved. Called before the first `run`.
   *
   * @throws RacewalkError `E_CHECKPOINT` if that does not fit the program.
   */
  resume?(saved: unknown): void;
  /** Memory taken by one state, with its share of the table. Absent if no states are kept. */
  readonly bytesPerState?: number;
}

/** What has to be known of a strategy before a search is made. */
export interface SearchKind {
  /** A search at its beginning. `x` stands in the initial state, in which nothing is wrong yet. */
  create(x: Execution, options: ExploreOptions): Search;
  /** The bounds that hold if the caller gave these. */
  bounds(given: Bounds): Bounds;
  /** Whether it keeps states, so that a report says how many. */
  readonly keepsStates: boolean;
  /** Whether it knows a bound on preemptions. */
  readonly countsPreemptions: boolean;
  /** How a paused search goes on: from what it saved; only as the object it is; or not at all, so it starts anew. */
  readonly resumes: 'from JSON' | 'in memory' | 'never';
}
