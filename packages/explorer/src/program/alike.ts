import type { Op, Program } from '@racewalk/core/step';
import { RacewalkError } from '../errors.js';

/**
 * Threads that are declared alike must not wait for each other's stores: who has stored first is then no mirror image, and
 * schedules were lost (two of 100 traces of one random program).
 *
 * @throws RacewalkError `E_SYMMETRIC` if the step `op` of `thread` does
 */
export function refuseAlike({ symmetric = [], threads }: Program, thread: number, op: Op): void {
  const alike = symmetric.find((group) => group.includes(thread)) ?? [];
  const other = op.drains.find((t) => t !== thread && alike.includes(t));
  if (other === undefined) return;
  const [a, b] = [threads[thread]!.name, threads[other]!.name];
  throw new RacewalkError('E_SYMMETRIC', `${a} waits for the stores of ${b}, and they are declared alike`, {
    hint: `leave ${a} and ${b} out of symmetric`,
  });
}
