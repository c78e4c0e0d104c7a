import type { MemoryModel } from '@racewalk/core/step';
import type { Progress, Strategy } from '@racewalk/explorer';
import type { CellCheckpoint } from './checkpoint.js';

/** How one cell is run. */
export interface CellOptions {
  /** Wall-clock milliseconds for the search; no limit by default. */
  readonly ms?: number;
  /** Milliseconds of search between two pauses; default 500. */
  readonly slice?: number;
  /** Executions per size; no limit by default. */
  readonly executions?: number;
  /** Preemptions of any one schedule; no limit by default. */
  readonly preemptions?: number;
  /** Default `dpor`: exhaustive, one execution per class of equivalent schedules. */
  readonly strategy?: Strategy;
  /** Default: the plug-in's own. */
  readonly memory?: MemoryModel;
  /** Seed of `random` and `pct`; default 1. */
  readonly seed?: number;
  /** Milliseconds for shortening a counterexample; 0 keeps it as found. Default 2000. */
  readonly shrinkMs?: number;
  /** The same where the counterexample is the expected one; default as `shrinkMs`. */
  readonly shrinkCaughtMs?: number;
  /** Called about once a second, and between sizes. */
  readonly onProgress?: (progress: Progress) => void;
  /** Set `aborted` to end the run at the next pause (every half second) with `RACEWALK_INTERRUPTED`. */
  readonly signal?: { readonly aborted: boolean };
  /** Milliseconds since some fixed moment; default `performance.now`. */
  readonly clock?: () => number;
  /** Go on where an earlier run of the same cell stopped. */
  readonly resume?: CellCheckpoint;
  /** Called after every slice of the search that did not finish it, and between sizes. */
  readonly onCheckpoint?: (checkpoint: CellCheckpoint) => void;
  /** Further hints for the trace of a counterexample. */
  readonly hints?: readonly string[];
}

/** The clock of `options`. */
export function clockOf(options: { readonly clock?: () => number }): () => number {
  return options.clock ?? (() => performance.now());
}
