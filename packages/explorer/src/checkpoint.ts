/** Checkpoints: a stopped search as plain JSON, and the check whether it fits the search that resumes it. */
import type { MemoryModelName, Program } from '@racewalk/core/step';
import { RacewalkError } from './errors.js';
import { fingerprint } from './first-run.js';
import type { Tally } from './searches/tally.js';
import type { Checkpoint, Counterexample, Strategy } from './types.js';

/** The checkpoint of a search with the counts of `tally`; `state` is what the search itself saved. */
export function checkpointOf(
  program: Program,
  strategy: Strategy,
  memory: MemoryModelName,
  tally: Tally,
  firstFault: Counterexample | undefined,
  state: unknown,
): Checkpoint {
  const { executions, blocked, steps, deadlocks, ms } = tally;
  return {
    schema: 'racewalk.checkpoint/1',
    fingerprint: fingerprint(program, memory, tally.maxSteps),
    strategy,
    memory,
    executions,
    blocked,
    steps,
    deadlocks,
    ms,
    ...(firstFault === undefined ? {} : { firstFault }),
    state,
  };
}

/**
 * Check that a search of `program` can continue from `resume`.
 *
 * @throws RacewalkError `E_CHECKPOINT` if not.
 */
export function checkResume(
  resume: Checkpoint,
  program: Program,
  strategy: Strategy,
  memory: MemoryModelName,
  maxSteps: number,
): void {
  const fits =
    resume.schema === 'racewalk.checkpoint/1' &&
    resume.strategy === strategy &&
    resume.memory === memory &&
    resume.fingerprint === fingerprint(program, memory, maxSteps);
  if (fits) return;
  throw new RacewalkError(
    'E_CHECKPOINT',
    'the checkpoint was made for another program, strategy or memory model',
    { hint: 'start the search anew' },
  );
}
