/** The ways to run one cell: in this thread, with workers, with two searches side by side, and from a file. */
import {
  type CellCheckpoint,
  type CellOptions,
  type CellResult,
  isPieces,
  keyOf,
  type MatrixCell,
  type Plan,
  runCell,
  type SearchOptions,
} from '@racewalk/conformance/matrix';
import { internalError, RacewalkError } from '@racewalk/core';
import type { Estimate } from '@racewalk/explorer';
import { runPlan, runPortfolio } from '@racewalk/fleet';
import type { Context } from '../context.js';
import { fingerprintOfRun, loadRun, removeRun, saveRun } from '../input/checkpoint-file.js';
import { checkWritable } from '../input/files.js';
import { type ExpectedWork, wholeWork } from '../render/expected.js';
import { count } from '../render/numbers.js';
import { ProgressPrinter } from '../render/progress.js';
import { type Hire, threads } from '../scale/threads.js';

/** Run one cell with a progress line. */
export async function runNamed(
  context: Context,
  cell: MatrixCell,
  options: CellOptions,
  expected: ExpectedWork | null = null,
): Promise<CellResult> {
  const printer = new ProgressPrinter(context);
  const text = `${cell.test} ${cell.arch} ${cell.variant}`;
  const result = await runCell(cell, {
    ...options,
    signal: context.io.signal,
    onProgress(progress) {
      const share = expected?.share(progress.executions, progress.ms) ?? null;
      printer.show({ text, progress, share, remaining: share?.remaining || null });
    },
  });
  printer.clear();
  return result;
}

/** Runs a cell; `from` is where an earlier run stopped, and `onCheckpoint` is told how far it is. */
export type RunCell = (options: Pick<CellOptions, 'resume' | 'onCheckpoint'>) => Promise<CellResult>;

/** The same with workers. */
export function runTogether(
  context: Context,
  cell: MatrixCell,
  hire: Hire,
  { ms, ...search }: SearchOptions & { ms: number },
  estimates: readonly Estimate[],
): RunCell {
  return async ({ resume, onCheckpoint }) => {
    const printer = new ProgressPrinter(context);
    const text = `${cell.test} ${cell.arch} ${cell.variant}`;
    const expected = estimates.length === 0 ? null : wholeWork(estimates);
    const crew = await hire(context);
    try {
      const {
        results,
        interrupted,
        ms: wall,
      } = await runPlan(crew, planOf(cell), {
        search,
        cellMs: ms,
        signal: context.io.signal,
        ...(resume === undefined ? {} : { resume: [{ key: keyOf(cell), at: resume }] }),
        onSave: ([running]) => running !== undefined && onCheckpoint?.(running.at),
        onProgress(progress) {
          const share = expected?.share(progress.executions, progress.ms) ?? null;
          printer.show({ text, progress, share, remaining: share?.remaining || null });
        },
      });
      const [result] = results;
      if (interrupted || result === undefined) throw interruption();
      return { ...result, ms: wall };
    } finally {
      printer.clear();
      await crew.close();
    }
  };
}

/** Two searches side by side: one worker for that over states, the others for that over schedules. */
export async function runSideBySide(
  context: Context,
  cell: MatrixCell,
  workers: number,
  { ms, strategy: _, ...search }: SearchOptions & { ms: number },
): Promise<{ result: CellResult; how: string }> {
  const printer = new ProgressPrinter(context);
  const text = `${cell.test} ${cell.arch} ${cell.variant}`;
  const crews = { dpor: threads(context, Math.max(1, workers - 1)), stateful: threads(context, 1) };
  try {
    const end = await runPortfolio(cell, crews, {
      search,
      cellMs: ms,
      signal: context.io.signal,
      onProgress: (progress) => printer.show({ text, progress, remaining: null }),
    });
    if (end === null) throw interruption();
    const { winner, result, other, agree } = end;
    if (!agree) {
      const verdicts = `${winner} says ${result.verdict}, the other search ${other?.verdict}`;
      throw internalError(`two exhaustive searches of ${text} do not agree: ${verdicts}`);
    }
    const also = other === null ? 'the other one was stopped' : `the other one says ${other.verdict}, too`;
    return { result: { ...result, ms: end.ms }, how: `by ${winner}; ${also}` };
  } finally {
    printer.clear();
    await Promise.all([crews.dpor.close(), crews.stateful.close()]);
  }
}

const planOf = (cell: MatrixCell): Plan => ({ archs: [cell.plugin], cells: [cell], problems: [] });

const interruption = (): RacewalkError =>
  new RacewalkError('RACEWALK_INTERRUPTED', 'interrupted', {
    hint: 'with --checkpoint FILE it can be resumed',
  });

/** Run a cell, resuming where a file says, and leave a file behind if the search is not finished. */
export async function runFromFile(
  context: Context,
  cell: MatrixCell,
  file: string,
  search: Omit<CellOptions, 'ms' | 'hints'>,
  run: RunCell,
): Promise<CellResult> {
  checkWritable(context, file);
  const fingerprint = fingerprintOfRun([cell], search);
  const key = keyOf(cell);
  const { running, ms: spent } = await loadRun(context, file, fingerprint);
  const before = running.find((one) => one.key === key);
  if (before !== undefined) {
    context.io.err(`going on after ${count(executionsOf(before.at), 'execution')} of ${file}\n`);
  }
  const start = performance.now();
  const elapsed = (): number => spent + performance.now() - start;
  const goOn = `run the same command again to go on from ${file}`;
  try {
    const result = await run({
      ...(before === undefined ? {} : { resume: before.at }),
      // The search pauses once or twice a second; whatever ends the process then, this is what is left.
      onCheckpoint: (at) =>
        saveRun(context, file, fingerprint, { cells: [], running: [{ key, at }], ms: elapsed() }),
    });
    if (result.verdict === 'bounded') context.io.err(`${goOn}\n`);
    else removeRun(context, file);
    return { ...result, ms: spent + result.ms };
  } catch (error) {
    if (!(error instanceof RacewalkError && error.code === 'RACEWALK_INTERRUPTED')) throw error;
    throw new RacewalkError('RACEWALK_INTERRUPTED', 'interrupted', { hint: goOn, cause: error });
  }
}

/** Executions in all sizes up to there. */
function executionsOf({ totals, search }: CellCheckpoint): number {
  if (search === null) return totals.executions;
  return totals.executions + (isPieces(search) ? search.frontier.counts.executions : search.executions);
}
