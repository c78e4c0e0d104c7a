/**
 * How far a run is. A number that the progress line is to show is counted here, whether one thread runs the plan or
 * many workers do.
 */
import type { MatrixCell } from '../plan/cell.js';
import type { CellResult } from './cell.js';
import { remainingMs } from './remaining.js';

/** Milliseconds between two estimates: one looks at all cells. */
const ESTIMATE_EVERY = 200;

/** How far a run is. */
export interface SuiteProgress {
  /** Cells that are finished, and all there are. */
  readonly done: number;
  readonly cells: number;
  /** The cell that is running, or the one just finished. */
  readonly cell: MatrixCell;
  /** Cells that are begun and not finished, and their executions in all sizes so far. */
  readonly running: readonly RunningSoFar[];
  /** Executions so far, in all cells. */
  readonly executions: number;
  /** Milliseconds so far. */
  readonly ms: number;
  /** Milliseconds that remain, estimated from the cells that are finished. Null until one is. */
  readonly remaining: number | null;
}

/** A cell that is begun and not finished. */
export interface RunningSoFar {
  readonly cell: MatrixCell;
  readonly executions: number;
}

/** Counts what a run has finished. */
export class ProgressMeter {
  readonly #cells: number;
  readonly #lanes: number;
  readonly #finished: CellResult[] = [];
  #executions = 0;
  #remaining: number | null = null;
  #estimated = Number.NEGATIVE_INFINITY;

  /** For a plan of so many cells, of which so many run at a time. */
  constructor(cells: number, lanes = 1) {
    this.#cells = cells;
    this.#lanes = lanes;
  }

  /** A cell has its result. */
  finished(result: CellResult): void {
    this.#finished.push(result);
    this.#executions += result.executions;
  }

  /** The state after `ms` milliseconds; `left` are the cells that are not finished, asked for only when needed. */
  at(
    cell: MatrixCell,
    ms: number,
    running: readonly RunningSoFar[],
    left: () => readonly MatrixCell[],
  ): SuiteProgress {
    const done = this.#finished.length;
    if (this.#remaining === null || done === this.#cells || ms - this.#estimated >= ESTIMATE_EVERY) {
      const alone = remainingMs(this.#finished, left());
      this.#remaining = alone === null ? null : alone / this.#lanes;
      this.#estimated = ms;
    }
    const executions = running.reduce((sum, r) => sum + r.executions, this.#executions);
    return { done, cells: this.#cells, cell, running, executions, ms, remaining: this.#remaining };
  }
}
