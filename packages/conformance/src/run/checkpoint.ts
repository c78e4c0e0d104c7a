/**
 * How far a cell got: enough to go on later and end with the same counts. Plain JSON.
 */
import { RacewalkError } from '@racewalk/core';
import type { Checkpoint } from '@racewalk/explorer';
import type { PiecesCheckpoint } from './pieces.js';

/** What the sizes of a cell add up to. */
export interface Totals {
  executions: number;
  blocked: number;
  steps: number;
  states: number;
}

/** A cell between two slices of its search. */
export interface CellCheckpoint {
  /** Index of the size that is being explored; all before it are finished. */
  readonly size: number;
  /** What the finished sizes came to. */
  readonly totals: Readonly<Totals>;
  /** The search of this size, or null if it has not begun. */
  readonly search: Checkpoint | PiecesCheckpoint | null;
}

/** Check what a file holds; throws `RACEWALK_BAD_CHECKPOINT`. The search itself is checked by the explorer. */
export function parseCellCheckpoint(value: unknown): CellCheckpoint {
  const { size, totals, search } = (value ?? {}) as Partial<CellCheckpoint>;
  const counts = totals === undefined ? [] : [totals.executions, totals.blocked, totals.steps, totals.states];
  const good =
    Number.isInteger(size) && counts.length === 4 && counts.every((n) => Number.isInteger(n) && n >= 0);
  if (!good || (size as number) < 0 || search === undefined || typeof search !== 'object') {
    throw new RacewalkError('RACEWALK_BAD_CHECKPOINT', 'not a checkpoint of a cell', {
      expected: 'size, totals and search',
      hint: 'remove the file to start anew',
    });
  }
  return value as CellCheckpoint;
}
