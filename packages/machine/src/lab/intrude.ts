import { announced, copyOp, type Step } from '@racewalk/core/step';

/**
 * `body` with `intruder` put in before its step number `at` (0 is before the first). With `runAlone` and
 * every `at` from 0 on, this is every schedule in which another agent acts once: enough to show that an
 * operation is atomic, without a search. An `at` behind the last step never happens.
 */
export function* intrudeAt<T>(body: Step<T>, at: number, intruder: () => Step<unknown>): Step<T> {
  let turn = body.next();
  for (let step = 0; !turn.done; step++) {
    if (step === at) {
      // The intruder announces its own steps; the body's step waits until the intruder has finished.
      const waiting = copyOp(announced);
      yield* intruder();
      Object.assign(announced, waiting);
    }
    turn = body.next(yield);
  }
  return turn.value;
}
