/** A run of the matrix that can be interrupted and gone on with. */
import {
  type ConformanceReport,
  keyOf,
  type Plan,
  type ReportCell,
  reportCell,
  reportOf,
  resumedReport,
  type SuiteOptions,
} from '@racewalk/conformance';
import type { Context } from '../context.js';
import { fingerprintOfRun, loadRun, type RunState, removeRun, saveRun } from '../input/checkpoint-file.js';

/** Milliseconds between two writes of the file: what a crash can cost. */
const EVERY = 1000;

/**
 * Run a plan, going on where `file` says, and keep `file` up to date. It is removed when the run is over and
 * left behind when it was interrupted.
 */
export async function runResumable(
  context: Context,
  plan: Plan,
  file: string,
  options: SuiteOptions,
): Promise<ConformanceReport> {
  const run = fingerprintOfRun(plan.cells);
  const before = loadRun(context, file, run);
  if (before.cells.length > 0)
    context.io.err(`going on after ${before.cells.length} finished cells of ${file}\n`);
  const done = new Set(before.cells.map(keyOf));
  const cells = plan.cells.filter((cell) => !done.has(keyOf(cell)));
  const finished: ReportCell[] = [...before.cells];
  let running: RunState['running'] = before.running;
  const start = performance.now();
  let written = start;
  const save = () => {
    written = performance.now();
    saveRun(context, file, run, { cells: finished, running, ms: before.ms + written - start });
  };
  const first = cells[0];
  const at = first !== undefined && running?.key === keyOf(first) ? running.at : undefined;
  const result = await context.bench.suite.run(
    { ...plan, cells },
    {
      ...options,
      ...(at === undefined ? {} : { resumeFirst: at }),
      onCellCheckpoint(cell, checkpoint) {
        running = { key: keyOf(cell), at: checkpoint };
        if (performance.now() - written >= EVERY) save();
      },
      onCell(cell) {
        finished.push(reportCell(cell));
        running = null;
        if (performance.now() - written >= EVERY) save();
      },
    },
  );
  if (result.interrupted) save();
  else removeRun(context, file);
  return resumedReport(reportOf(result, context.host), before.cells, plan, before.ms);
}
