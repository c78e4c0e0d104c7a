/**
 * Runs a plan: cell after cell in a stable order, within one budget.
 */
import { RacewalkError } from '@racewalk/core';
import type { MatrixCell } from '../plan/cell.js';
import type { Plan } from '../plan/plan.js';
import type { CellCheckpoint } from '../schema/checkpoint.js';
import { type CellResult, runCell } from './cell.js';
import { type CellOptions, clockOf } from './options.js';
import { ProgressMeter, type SuiteProgress } from './progress.js';
import { pause } from './search.js';

/** Milliseconds after which signals and timers get their turn. */
const REST = 200;

/** States searched for a shorter form of a counterexample that is expected: a matrix has many mutants. */
export const SHRINK_CAUGHT = 5_000;

/** How a plan is run. `shrinkCaughtStates` is {@link SHRINK_CAUGHT} by default. */
export interface SuiteOptions
  extends Omit<CellOptions, 'ms' | 'onProgress' | 'hints' | 'resume' | 'onCheckpoint'> {
  /** Wall-clock milliseconds for everything; no limit by default. No cell may use more than half of what is left. */
  readonly budget?: number;
  /** Called about twice a second, and after every cell. */
  readonly onProgress?: (progress: SuiteProgress) => void;
  /** Called with every finished cell, in the order of the plan. */
  readonly onCell?: (result: CellResult) => void;
  /** How far a cell got in an earlier run, if it was begun. */
  readonly resumeAt?: (cell: MatrixCell) => CellCheckpoint | undefined;
  /** Called whenever there is a checkpoint from which an unfinished cell can be resumed. */
  readonly onCellCheckpoint?: (cell: MatrixCell, checkpoint: CellCheckpoint) => void;
}

/** What a run came to. */
export interface SuiteResult {
  readonly plan: Plan;
  /** In the order of the plan; shorter than the plan if the run was interrupted. */
  readonly results: readonly CellResult[];
  readonly interrupted: boolean;
  /** Wall-clock milliseconds. */
  readonly ms: number;
}

/** Run every cell of a plan. Throws nothing but faults of Racewalk itself. */
export async function runSuite(plan: Plan, options: SuiteOptions = {}): Promise<SuiteResult> {
  const clock = clockOf(options);
  const start = clock();
  const results: CellResult[] = [];
  const meter = new ProgressMeter(plan.cells.length);
  let rested = start;
  const report = (cell: MatrixCell, executions: number) => {
    options.onProgress?.(
      meter.at(cell, clock() - start, [{ cell, executions }], () => plan.cells.slice(results.length)),
    );
  };
  try {
    for (const cell of plan.cells) {
      const { budget } = options;
      const left = budget === undefined ? Number.POSITIVE_INFINITY : Math.max(0, budget - (clock() - start));
      const at = options.resumeAt?.(cell);
      const result = await runCell(cell, {
        ...options,
        ms: left / 2,
        shrinkCaughtStates: options.shrinkCaughtStates ?? SHRINK_CAUGHT,
        ...(at === undefined ? {} : { resume: at }),
        onCheckpoint: (checkpoint) => options.onCellCheckpoint?.(cell, checkpoint),
        onProgress: (progress) => report(cell, progress.executions),
      });
      results.push(result);
      meter.finished(result);
      options.onCell?.(result);
      report(cell, 0);
      if (clock() - rested < REST) continue;
      await pause();
      rested = clock();
    }
  } catch (error) {
    if (!(error instanceof RacewalkError && error.code === 'RACEWALK_INTERRUPTED')) throw error;
    return { plan, results: results, interrupted: true, ms: clock() - start };
  }
  return { plan, results: results, interrupted: false, ms: clock() - start };
}
