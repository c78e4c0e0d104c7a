/** Errors by which a search ends, and which say something of the program: `explore` makes a verdict of them. */
import { RacewalkError } from '@racewalk/core/step';

export { RacewalkError } from '@racewalk/core/step';
export { errorText } from './error-text.js';

const isOf =
  (code: RacewalkError['code']) =>
  (error: unknown): error is RacewalkError =>
    error instanceof RacewalkError && error.code === code;

/** The code of a thread did not behave the same twice: its histories do not say what it does. Never a race. */
export const hiddenState = (message: string): RacewalkError =>
  new RacewalkError('RACEWALK_HIDDEN_STATE', message, {
    hint: 'keep what agents share in words of memory: no variables of the module, no clocks, no random numbers',
  });

/** Whether an error is one of {@link hiddenState}. */
export const isHiddenState = isOf('RACEWALK_HIDDEN_STATE');

/** A thread has more stores on their way, with no order among them, than a search can tell apart. */
export const tooManyStores = (message: string): RacewalkError =>
  new RacewalkError('E_STORES', message, {
    hint: 'a barrier between them, fewer threads, a smaller size, or --memory tso',
  });

/** Whether an error is one of {@link tooManyStores}. */
export const isTooManyStores = isOf('E_STORES');
