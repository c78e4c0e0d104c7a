/** What the explorer throws. */
export { errorText, RacewalkError } from '@racewalk/core/step';

/** The operation code of a thread did not behave the same twice; ends an exploration, is never a race. */
export class NondeterminismError extends Error {
  override readonly name = 'NondeterminismError';
}
