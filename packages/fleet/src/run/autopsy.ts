/** A worker died twice of the same task: finds the schedule below which it dies. */

import { isPieces, type PiecesCheckpoint, toPieces } from '@racewalk/conformance/matrix';
import type { Checkpoint, Job, JobResult } from '@racewalk/explorer';
import { Frontier } from '@racewalk/explorer';
import { type Crew, WorkerLost } from '../crew/crew.js';
import type { DescribeAnswer, DescribeTask, PieceTask } from '../crew/task.js';

type Fault = NonNullable<JobResult['fault']>;

/** Executions in one piece; ever fewer the closer the end is. */
const STRIDES = [1_000, 100, 10, 1];

/** Pieces of one stride that may go well before it is given up as not repeatable. */
const PATIENCE = 200;

/** The whole of a search as one job. */
export function wholeJob(search: Checkpoint | PiecesCheckpoint | null): Job | undefined {
  if (search === null) return new Frontier().next(1);
  const pieces = isPieces(search) ? search : toPieces(search);
  return Frontier.restore(pieces.frontier).next(1);
}

/**
 * Go through the piece once more, in ever smaller strides, and describe the last place from which a worker
 * came back. Null if the death cannot be repeated.
 */
export async function autopsy(crew: Crew, task: PieceTask): Promise<DescribeAnswer | null> {
  let { job } = task;
  for (const stride of STRIDES) {
    const end = await lastAlive(crew, task, job, stride);
    if (end === null) return null;
    if ('found' in end) return await foundBefore(crew, task, end.found);
    job = end.alive;
  }
  const steps = [...job.prefix, ...(job.rest?.path ?? [])];
  const where = await lastWords(crew, { ...task, witness: true, job: { ...job, executions: 1 } });
  if (where === null) return null;
  const { text, token } = await describe(crew, task, steps);
  return {
    kind: 'described',
    text: `below this schedule: ${text}${where === '' ? '' : `; in the code of ${where}`}`,
    ...(token === undefined ? {} : { token }),
  };
}

/** Nobody dies of the search itself: then of what is done with its counterexample, above all to shorten it. */
async function foundBefore(crew: Crew, task: PieceTask, { code, path }: Fault): Promise<DescribeAnswer> {
  const steps = path.flatMap((agent, i) => (agent < 0 ? [] : [[agent, alternative(path[i + 1])] as const]));
  const { text, token } = await describe(crew, task, steps);
  return {
    kind: 'described',
    text: `while the counterexample of ${code} was shortened that was found below this schedule: ${text}`,
    ...(token === undefined ? {} : { token }),
  };
}

/** In a path the alternative stands behind the agent that had to choose, as its complement. */
const alternative = (next = 0): number => (next < 0 ? ~next : 0);

/** Where a worker was last heard of before it died; null if it came back, so that nothing there is deadly. */
async function lastWords(crew: Crew, task: PieceTask): Promise<string | null> {
  let last = '';
  try {
    await crew.run(task, ({ where }) => {
      last = where ?? last;
    });
    return null;
  } catch (error) {
    if (!(error instanceof WorkerLost)) throw error;
    return last;
  }
}

async function describe(
  crew: Crew,
  { cell, search, size }: PieceTask,
  steps: DescribeTask['steps'],
): Promise<DescribeAnswer> {
  try {
    const answer = await crew.run({ kind: 'describe', cell, search, size, steps });
    if (answer.kind === 'described') return answer;
  } catch (error) {
    if (!(error instanceof WorkerLost)) throw error;
  }
  // Even to repeat those steps is deadly.
  return { kind: 'described', text: `agents ${steps.map(([agent]) => agent).join(' ')}` };
}

/** The last place from which a worker came back, or what was found without anybody dying. */
type End = { readonly alive: Job } | { readonly found: Fault };

async function lastAlive(crew: Crew, task: PieceTask, from: Job, executions: number): Promise<End | null> {
  let job = from;
  for (let i = 0; i < PATIENCE; i++) {
    try {
      const answer = await crew.run({ ...task, job: { ...job, executions } });
      if (answer.kind !== 'piece') return null;
      if (answer.result.fault !== undefined) return { found: answer.result.fault };
      if (answer.result.rest === undefined) return null;
      job = {
        ...job,
        awaited: answer.result.restart ? answer.result.awaited : job.awaited,
        rest: answer.result.rest,
      };
    } catch (error) {
      if (error instanceof WorkerLost) return { alive: job };
      throw error;
    }
  }
  return null;
}
