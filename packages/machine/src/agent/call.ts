/** Calls as a search sees them that joins histories: what follows a call depends on it only through what it leaves. */
import { type Step, watch } from '@racewalk/core/step';

/**
 * Take the steps of `body` as one call. `also`: besides the result, all that the call may have changed and that is no word of
 * memory, as plain objects and collections. Without such a search it is `body` itself.
 */
export function call<T>(body: Step<T>, ...also: readonly unknown[]): Step<T> {
  return watch.calls === null ? body : watched(body, also);
}

function* watched<T>(body: Step<T>, also: readonly unknown[]): Step<T> {
  const { calls } = watch;
  const number = calls?.enter() ?? 0;
  const result = yield* body;
  calls?.leave(number, [result, also]);
  return result;
}
