/**
 * One exploration in slices, so that timers, signals and other work of the process get their turn.
 */
import { RacewalkError } from '@racewalk/core';
import type { Program } from '@racewalk/core/step';
import { type Bounds, type Checkpoint, type ExploreOptions, explore, type Report } from '@racewalk/explorer';
import { type CellOptions, clockOf } from './options.js';
import { isPieces, type PiecesCheckpoint, PiecesSearch } from './pieces.js';

/** Milliseconds of search between two pauses. */
const SLICE = 500;

/** What {@link CellOptions} says when its signal is set. */
export function interrupted(): RacewalkError {
  return new RacewalkError('RACEWALK_INTERRUPTED', 'interrupted', {
    hint: 'what was finished before is in the report',
  });
}

/** Calls back when timers and signals have had their turn. A browser has no `setImmediate`. */
const afterOthers: (then: () => void) => void =
  typeof setImmediate === 'function' ? setImmediate : (then) => setTimeout(then);

/** Lets timers and signals have their turn. */
export const pause = () => new Promise<void>((resolve) => afterOthers(resolve));

/**
 * Explore a program to its end or to the limit `ms`; throws `RACEWALK_INTERRUPTED`. `from` is where an
 * earlier search stopped, and `onSlice` is told where this one is whenever it could be stopped.
 */
export async function search(
  program: Program,
  options: CellOptions,
  ms: number,
  from: Checkpoint | PiecesCheckpoint | null = null,
  onSlice: (checkpoint: Checkpoint | PiecesCheckpoint) => void = () => undefined,
): Promise<Report> {
  const clock = clockOf(options);
  const end = clock() + ms;
  const slice = slicesOf(program, options, from);
  // A search by preemptions cannot be continued: it would begin anew in every slice.
  const most =
    options.preemptions !== undefined || options.strategy === 'bfs' ? ms : (options.slice ?? SLICE);
  for (;;) {
    if (options.signal?.aborted) throw interrupted();
    const left = end - clock();
    const { report, checkpoint } = slice(Math.max(0, Math.min(most, left)));
    options.onProgress?.(report);
    const unfinished = report.verdict === 'bounded' && report.bound === 'ms';
    // A later run that allows more executions can continue from here.
    if (checkpoint !== undefined) onSlice(checkpoint);
    if (!unfinished || checkpoint === undefined || clock() >= end) return report;
    await pause();
  }
}

interface Slice {
  readonly report: Report;
  readonly checkpoint: Checkpoint | PiecesCheckpoint | undefined;
}

function slicesOf(
  program: Program,
  options: CellOptions,
  from: Checkpoint | PiecesCheckpoint | null,
): (ms: number) => Slice {
  if (from !== null && isPieces(from)) {
    const pieces = new PiecesSearch(program, from);
    return (ms) => {
      const report = pieces.run(ms, options.executions);
      return { report, checkpoint: report.verdict === 'bounded' ? pieces.checkpoint : undefined };
    };
  }
  let resume = from ?? undefined;
  return (ms) => {
    const report = explore(program, exploreOptions(options, ms, resume));
    if (report.verdict === 'bounded') resume = report.checkpoint ?? resume;
    return { report, checkpoint: report.verdict === 'bounded' ? report.checkpoint : undefined };
  };
}

function exploreOptions(options: CellOptions, ms: number, resume: Checkpoint | undefined): ExploreOptions {
  const bounds: Bounds = {
    ms,
    ...(options.executions === undefined ? {} : { executions: options.executions }),
    ...(options.preemptions === undefined ? {} : { preemptions: options.preemptions }),
  };
  return {
    bounds,
    ...(options.strategy === undefined ? {} : { strategy: options.strategy }),
    ...(options.memory === undefined ? {} : { memory: options.memory }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(resume === undefined ? {} : { resume }),
  };
}
