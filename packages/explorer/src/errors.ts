/** What the explorer throws. */
import { RacewalkError } from '@racewalk/core/step';

export { RacewalkError } from '@racewalk/core/step';
export { errorText } from './error-text.js';

/** The operation code of a thread did not behave the same twice; ends an exploration, is never a race. */
export class NondeterminismError extends Error {
  override readonly name = 'NondeterminismError';
}

/** A thread has more stores on their way, with no order among them, than a search can tell apart. */
export class TooManyStoresError extends RacewalkError {
  constructor(message: string) {
    super('E_AGENTS', message, {
      hint: 'a barrier between them, fewer threads, a smaller size, or --memory tso',
    });
  }
}
