/**
 * Errors a user can cause. Codes are stable between major versions; messages are not.
 */

/** An error with a stable code, what was expected, and what to do about it. */
export class RacewalkError extends Error {
  override readonly name: string = 'RacewalkError';
  /** Stable, for instance `RACEWALK_UNKNOWN_TEST`. */
  readonly code: string;
  /** What was expected instead, in words. */
  readonly expected: string | undefined;
  /** What the user can do. */
  readonly hint: string | undefined;

  constructor(
    code: string,
    message: string,
    detail: { expected?: string; hint?: string; cause?: unknown } = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.expected = detail.expected;
    this.hint = detail.hint;
  }
}

/** A fault of Racewalk itself: the invariant of the program that did not hold. */
export function internalError(message: string): RacewalkError {
  return new RacewalkError('RACEWALK_INTERNAL', `internal error: ${message}`, {
    hint: 'this is a fault of Racewalk, not of your protocol; please report it with the command you ran',
  });
}
