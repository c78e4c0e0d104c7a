/** What checked mode finds: a promise of the author that is not kept, so that no verdict would count. */
import { PROMISES } from '../error-codes.js';

/** A broken rule of the step protocol. */
export interface Flaw {
  readonly code: keyof typeof PROMISES.codes;
  /** What is wrong, in the author's words: agent, step, word. */
  readonly message: string;
  /** What to do about it. */
  readonly todo: string;
  /** The stack of the code that did it, as the text of an error; absent where there is none. */
  readonly stack?: string;
}

/** A flaw, with what the table of codes says to do. */
export const flaw = (code: Flaw['code'], message: string, stack: string | null = null): Flaw => ({
  code,
  message,
  todo: PROMISES.codes[code].todo,
  ...(stack === null || stack === '' ? {} : { stack }),
});

/** Keeps the first flaw: later ones may be its consequences. */
export class Flaws {
  first: Flaw | null = null;

  note(code: Flaw['code'], message: string, stack: string | null = null): void {
    this.first ??= flaw(code, message, stack);
  }
}
