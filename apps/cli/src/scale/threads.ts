/** Worker threads for a command. */
import type { Plan } from '@racewalk/conformance/matrix';
import { type Crew, ThreadPool } from '@racewalk/fleet';
import type { Context } from '../context.js';
import { unsupported } from '../errors.js';
import { threadData } from './modules.js';

/** Cells that one more thread must have to do to be worth its start. */
const WORTH_A_THREAD = 100;

/** Finds workers for what a context knows. */
export type Hire = (context: Context) => Promise<Crew>;

/** A pool of threads; throws `RACEWALK_UNSUPPORTED` where threads are not available. */
export function threads(context: Context, size: number): ThreadPool {
  const { thread: entry } = context.io;
  if (entry === undefined) {
    throw unsupported(`--workers ${size}: there are no threads here`, 'leave --workers out');
  }
  return new ThreadPool({ entry, size, data: threadData(context) });
}

/** How many threads a plan is run with by default. */
export function defaultWorkers(context: Context, plan: Plan): number {
  if (context.io.thread === undefined) return 1;
  const cells = plan.cells.filter((cell) => cell.expected !== 'not-applicable').length;
  return Math.min(context.io.cpus, Math.max(1, Math.floor(cells / WORTH_A_THREAD)));
}
