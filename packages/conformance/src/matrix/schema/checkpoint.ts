/**
 * How far a cell or a run got: enough to continue it later and end with the same counts. Plain JSON.
 */
import { z } from 'zod';
import { count, milliseconds } from './fields.js';
import { reportedCell } from './report.js';
import { checkpoint, pieces } from './search.js';

/** What the sizes of a cell add up to. */
export const totals = z.strictObject({ executions: count, blocked: count, steps: count, states: count });

/** A cell between two slices of its search. */
export const cellCheckpoint = z.strictObject({
  /** Index of the size that is being explored; all before it are finished. */
  size: count,
  /** What the finished sizes came to. */
  totals: totals.readonly(),
  /** The search of this size, or null if it has not begun. */
  search: z.union([checkpoint, pieces]).nullable(),
});

/** A cell that is begun and not finished. */
export const runningCell = z.strictObject({
  /** Its `keyOf`. */
  key: z.string(),
  at: cellCheckpoint,
});

/** How far a run got. */
export const runState = z.strictObject({
  /** Cells that are finished. */
  cells: z.array(reportedCell).readonly(),
  /** Cells that were running, and how far they got. */
  running: z.array(runningCell).readonly(),
  /** Milliseconds spent so far. */
  ms: milliseconds,
});

/** What the sizes of a cell add up to. */
export type Totals = z.infer<typeof totals>;
/** A cell between two slices of its search. */
export type CellCheckpoint = Readonly<z.infer<typeof cellCheckpoint>>;
/** A cell that is begun and not finished. */
export type RunningCell = Readonly<z.infer<typeof runningCell>>;
/** How far a run got. */
export type RunState = Readonly<z.infer<typeof runState>>;
