/** A run of the matrix that can be interrupted and resumed. */
import {
  type CellCheckpoint,
  type CellRef,
  type CellResult,
  type ConformanceReport,
  keyOf,
  type Plan,
  type ReportCell,
  type RunningCell,
  reportCell,
  reportOf,
  resumedReport,
  type SuiteResult,
} from '@racewalk/conformance/matrix';
import type { Context } from '../context.js';
import { fingerprintOfRun, loadRun, removeRun, saveRun } from '../input/checkpoint-file.js';

/** Milliseconds between two writes of the file: what a crash can cost. */
const EVERY = 1000;

/** What a run is told about an earlier one, and what it says about itself. */
export interface RunHooks {
  /** Cells that were begun. */
  readonly resume: readonly RunningCell[];
  readonly onCell: (result: CellResult) => void;
  /** How far a cell is that is not finished. */
  readonly onCellCheckpoint: (cell: CellRef, at: CellCheckpoint) => void;
  /** How far all cells are that are not finished. */
  readonly onSave: (running: readonly RunningCell[]) => void;
}

/** Runs a plan. */
export type RunPlan = (plan: Plan, hooks: RunHooks) => Promise<SuiteResult>;

/** How a plan is run without a checkpoint file. */
export const NO_HOOKS: RunHooks = {
  resume: [],
  onCell: () => undefined,
  onCellCheckpoint: () => undefined,
  onSave: () => undefined,
};

/**
 * Run a plan, resuming where `file` says, and keep `file` up to date. It is removed when the run is over and
 * left behind when it was interrupted.
 */
export async function runResumable(
  context: Context,
  plan: Plan,
  file: string,
  runPlan: RunPlan,
): Promise<ConformanceReport> {
  const run = fingerprintOfRun(plan.cells);
  const before = await loadRun(context, file, run);
  if (before.cells.length > 0 || before.running.length > 0) {
    context.io.err(`going on after ${before.cells.length} finished cells of ${file}\n`);
  }
  const done = new Set(before.cells.map(keyOf));
  const cells = plan.cells.filter((cell) => !done.has(keyOf(cell)));
  const finished: ReportCell[] = [...before.cells];
  const running = new Map(before.running.map(({ key, at }) => [key, at]));
  const start = performance.now();
  let written = start;
  const save = () => {
    written = performance.now();
    const ms = before.ms + written - start;
    const begun = [...running].map(([key, at]) => ({ key, at }));
    saveRun(context, file, run, { cells: finished, running: begun, ms });
  };
  const saveSometimes = () => {
    if (performance.now() - written >= EVERY) save();
  };
  const part = { ...plan, cells };
  const result = await runPlan(part, {
    resume: before.running,
    onCell(cell) {
      finished.push(reportCell(cell));
      running.delete(keyOf(cell.cell));
      saveSometimes();
    },
    onCellCheckpoint(cell, at) {
      running.set(keyOf(cell), at);
      saveSometimes();
    },
    onSave(begun) {
      for (const { key, at } of begun) running.set(key, at);
      save();
    },
  });
  if (result.interrupted) {
    save();
    context.io.err(`run the same command again to go on from ${file}\n`);
  } else removeRun(context, file);
  return resumedReport(reportOf(result, context.host), before.cells, plan, before.ms);
}
