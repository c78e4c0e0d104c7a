/** What checked mode finds: a promise of the author that is not kept, so that no verdict would count. */
import type { ErrorCode } from '@racewalk/core/step';

/** A broken rule of the step protocol. */
export interface Flaw {
  readonly code: ErrorCode;
  /** What is wrong, in the author's words: agent, step, word. */
  readonly message: string;
  /** The stack of the code that did it, as the text of an error; absent where there is none. */
  readonly stack?: string;
}

/** Keeps the first flaw: later ones may be its consequences. */
export class Flaws {
  first: Flaw | null = null;

  note(code: ErrorCode, message: string, stack: string | null = null): void {
    this.first ??= { code, message, ...(stack === null || stack === '' ? {} : { stack }) };
  }
}
