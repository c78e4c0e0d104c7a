/**
 * Who runs on a CPU. Agents of one CPU take their steps in any order, as if each had a CPU of its own; where a race follows who
 * runs (`world.contexts.schedules(cpu)` in its setup), a word says which agent has the CPU. An agent has it from its first
 * step to its last, except while it sleeps: nobody takes it away, as in a kernel without preemption, or where preemption is
 * off. So an agent that spins keeps everybody off who needs this CPU.
 */
import { RacewalkError } from '@racewalk/core';
import { awaitWord, type Cell, lock, type Step, unlock, type Word } from '@racewalk/core/step';
import type { Machine } from '../world/types.js';

/** The word of this agent's CPU, or -1 where nobody follows who runs. */
export const runningOn = (m: Machine): Cell => m.world.contexts.runs(m.cpu);

/** Get the CPU: wait until whoever has it sleeps or ends. No step where nobody follows. */
export function* takeCpu(m: Machine): Step<void> {
  const cell = runningOn(m);
  if (cell >= 0) yield* lock(cell, { op: 'schedule', text: `in, cpu${m.cpu}` });
}

/** Give the CPU to somebody else. No step where nobody follows. */
export function* giveCpu(m: Machine): Step<void> {
  const cell = runningOn(m);
  if (cell >= 0) yield* unlock(cell, { op: 'schedule', text: `out, cpu${m.cpu}` });
}

/** Sleep until a word satisfies a condition: others have the CPU meanwhile. */
export function* sleepUntil(
  m: Machine,
  cell: Cell,
  test: (value: Word) => boolean,
  text: string,
): Step<Word> {
  yield* giveCpu(m);
  const value = yield* awaitWord(cell, test, { text: `sleeps: ${text}`, does: 'wait' });
  yield* takeCpu(m);
  return value;
}

/** Take a lock, and sleep while somebody has it. */
export function* sleepForLock(m: Machine, cell: Cell): Step<void> {
  yield* giveCpu(m);
  yield* m.lock(cell);
  yield* takeCpu(m);
}

/** Code of an agent on a CPU: from when it gets the CPU until it ends. */
export function* whileRunning(m: Machine, body: () => Step<void>): Step<void> {
  yield* takeCpu(m);
  yield* body();
  yield* giveCpu(m);
}

/** Refuses a race that follows who runs on a CPU where only one agent is. */
export function checkScheduled(cpus: readonly number[], agentsOn: (cpu: number) => number): void {
  for (const cpu of cpus) {
    if (agentsOn(cpu) > 1) continue;
    throw new RacewalkError(
      'RACEWALK_BAD_SCENARIO',
      `who runs on cpu${cpu} is followed, and one agent is there`,
      {
        expected: 'at least two agents on it, for instance a work item that needs the CPU',
      },
    );
  }
}
