import type { Progress } from '@racewalk/explorer';
import type { CellCheckpoint } from '../schema/checkpoint.js';
import type { SearchOptions } from '../schema/result.js';

/** How one cell is run. */
export interface CellOptions extends SearchOptions {
  /** Wall-clock milliseconds for the search; no limit by default. */
  readonly ms?: number;
  /** Milliseconds of search between two pauses; default 500. */
  readonly slice?: number;
  /** Called about once a second, and between sizes. */
  readonly onProgress?: (progress: Progress) => void;
  /** Set `aborted` to end the run at the next pause (every half second) with `RACEWALK_INTERRUPTED`. */
  readonly signal?: { readonly aborted: boolean };
  /** Milliseconds since some fixed moment; default `performance.now`. */
  readonly clock?: () => number;
  /** Continue where an earlier run of the same cell stopped. */
  readonly resume?: CellCheckpoint;
  /** Called after every slice of the search that did not finish it, and between sizes. */
  readonly onCheckpoint?: (checkpoint: CellCheckpoint) => void;
}

/** The clock of `options`. */
export function clockOf(options: { readonly clock?: () => number }): () => number {
  return options.clock ?? (() => performance.now());
}
