/**
 * How often a recorded schedule leaves an agent that could have continued. Counted from the recording
 * alone, so that a replay says the same as the search that found it.
 */
import { OpKind } from '@racewalk/core/step';
import type { Recording, StepRecord } from '@racewalk/explorer';

/** Steps that may have to wait for somebody else. */
const WAITS: ReadonlySet<number> = new Set([OpKind.LOCK, OpKind.AWAIT, OpKind.RETRY]);

/** Whether another agent changed a word that `step` looks at, between `from` and `step`. */
function unblocked(steps: readonly StepRecord[], from: number, step: StepRecord): boolean {
  const words = new Set(step.cells);
  return steps
    .slice(from, steps.indexOf(step))
    .some((s) => s.cells.some((cell, i) => words.has(cell) && s.before[i] !== s.after[i]));
}

/** Number of preemptions: a switch away from a thread whose next step did not have to wait. */
export function preemptionsOf(recording: Recording): number {
  // A choice touches nothing: it counts with the next step of its thread. A store that leaves a store
  // buffer is the hardware's doing.
  const steps = recording.steps.filter((step) => step.kind !== OpKind.CHOOSE && !step.flusher);
  let count = 0;
  for (const [i, step] of steps.entries()) {
    const next = steps[i + 1];
    if (next === undefined || next.thread === step.thread) continue;
    const resumed = steps.slice(i + 1).find((s) => s.thread === step.thread);
    if (resumed === undefined) continue;
    if (WAITS.has(resumed.kind) && unblocked(steps, i + 1, resumed)) continue;
    count++;
  }
  return count;
}
