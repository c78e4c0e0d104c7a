import type { Path } from '@racewalk/explorer';
import type { Code } from './code.js';
import { schedules } from './compare.js';
import { follow } from './enumerate.js';
import { pathsInPieces } from './pieces.js';
import type { Everything } from './prefixes.js';
import { everyEnd, isEnd } from './stateful.js';
import { toProgram } from './steps.js';
import { type Rules, traceKey } from './world.js';

/** The first two threads, declared interchangeable. */
export const TWINS = [[0, 1]];

/** The same program with a second thread that does what its first one does. */
export function withTwins(code: Code): Code {
  const [first, second] = [code.daemons[0]!, code.daemons.slice(2)];
  return {
    ...code,
    threads: [code.threads[0]!, code.threads[0]!, ...code.threads.slice(2)],
    daemons: [first, first, ...second],
  };
}

/** A schedule with the first two of so many threads exchanged. */
function mirrored(path: readonly number[], threads: number): number[] {
  const other = (a: number): number => (a === 0 ? 1 : a === 1 ? 0 : a === threads ? threads + 1 : a - 1);
  return path.map((a) => (a < 0 || (a > 1 && a !== threads && a !== threads + 1) ? a : other(a)));
}

/** Every trace or its mirror image is to be explored, none twice; what is wrong, and how many were explored. */
export function compareTwins(rules: Rules, all: Everything): { wrong: string; explored: number } {
  const { paths, blocked } = schedules(rules.code, rules.tso ? 'tso' : 'sc', TWINS);
  return { wrong: blocked > 0 ? `${blocked} blocked` : halfOf(rules, all, paths), explored: paths.length };
}

/**
 * The same in pieces. How many mirror images are left out depends on the order in which schedules are explored, so
 * the number may be another one.
 */
export function compareTwinsInPieces(rules: Rules, all: Everything, seed: number, workers: number): string {
  const memory = rules.tso ? 'tso' : 'sc';
  const program = { ...toProgram(rules.code, memory, everyEnd), symmetric: TWINS };
  const paths = pathsInPieces(program, isEnd, seed, workers);
  return paths === null ? '' : halfOf(rules, all, paths);
}

function halfOf(rules: Rules, all: Everything, paths: readonly Path[]): string {
  const name = (path: readonly number[]): string => traceKey(follow(rules, path));
  const traces = new Set(paths.map(name));
  if (traces.size !== paths.length) return `${paths.length} executions of ${traces.size} traces`;
  for (const path of paths) traces.add(name(mirrored(path, rules.code.threads.length)));
  const same = traces.size === all.traces.size && [...traces].every((trace) => all.traces.has(trace));
  return same ? '' : `${traces.size} traces and mirror images of ${all.traces.size}`;
}
