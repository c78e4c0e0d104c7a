/**
 * Errors a user can cause. Codes are stable between major versions; messages are not.
 */
import { type ErrorCode, PLUGIN, RACE, SELF } from './error-codes.js';

/** What is thrown here, and on every floor above, without a hint of its own. */
const KNOWN: Readonly<Record<string, { readonly todo: string } | undefined>> = {
  ...PLUGIN.codes,
  ...RACE.codes,
  ...SELF.codes,
};

/** An error with a stable code, what was expected, and what to do about it. */
export class RacewalkError extends Error {
  override readonly name: string = 'RacewalkError';
  /** Stable, for instance `RACEWALK_UNKNOWN_TEST`; `docs/errors.md` has all of them. */
  readonly code: ErrorCode;
  /** What was expected instead, in words. */
  readonly expected: string | undefined;
  /** What the user can do in this case. */
  readonly hint: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    detail: { expected?: string; hint?: string; cause?: unknown } = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.expected = detail.expected;
    this.hint = detail.hint;
  }

  /** The hint; without one, what was expected, or what the table of the codes of core says. */
  get advice(): string {
    return this.hint ?? (this.expected ? `expected ${this.expected}` : (KNOWN[this.code]?.todo ?? ''));
  }
}

/** A fault of Racewalk itself: the invariant of the program that did not hold. */
export function internalError(message: string): RacewalkError {
  return new RacewalkError('RACEWALK_INTERNAL', `internal error: ${message}`, {
    hint: 'this is a fault of Racewalk, not of your protocol; please report it with the command you ran',
  });
}
