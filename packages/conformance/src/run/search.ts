/**
 * One exploration in slices, so that timers, signals and other work of the process get their turn.
 */
import { RacewalkError } from '@racewalk/core';
import type { Program } from '@racewalk/core/step';
import { type Bounds, type Checkpoint, type ExploreOptions, explore, type Report } from '@racewalk/explorer';
import { type CellOptions, clockOf } from './options.js';

/** Milliseconds of search between two pauses. */
const SLICE = 500;

/** What {@link CellOptions} says when its signal is set. */
export function interrupted(): RacewalkError {
  return new RacewalkError('RACEWALK_INTERRUPTED', 'interrupted', {
    hint: 'what was finished before is in the report',
  });
}

/** Lets timers and signals have their turn. */
export const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Explore a program to its end or to the limit `ms`; throws `RACEWALK_INTERRUPTED`. `from` is where an
 * earlier search stopped, and `onSlice` is told where this one is whenever it could be stopped.
 */
export async function search(
  program: Program,
  options: CellOptions,
  ms: number,
  from: Checkpoint | null = null,
  onSlice: (checkpoint: Checkpoint) => void = () => undefined,
): Promise<Report> {
  const clock = clockOf(options);
  const end = clock() + ms;
  let resume = from ?? undefined;
  for (;;) {
    if (options.signal?.aborted) throw interrupted();
    const left = end - clock();
    const report = explore(program, exploreOptions(options, Math.max(0, Math.min(SLICE, left)), resume));
    options.onProgress?.(report);
    const unfinished = report.verdict === 'bounded' && report.bound === 'ms';
    if (!unfinished || report.checkpoint === undefined) return report;
    resume = report.checkpoint;
    onSlice(resume);
    if (clock() >= end) return report;
    await pause();
  }
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
