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

/** A thrown value on a line of its own, with code and advice if it has them. */
export function errorText(error: unknown): string {
  if (error instanceof RacewalkError) return `${error.code}: ${error.message} (${error.advice})`;
  if (!(error instanceof Error)) return String(error);
  const recursive = /call stack size exceeded/.test(error.message) ? innermostOf(error) : null;
  return recursive === null
    ? `${error.name}: ${error.message}`
    : `${error.name}: ${recursive} calls ${recursive} of itself, without end`;
}

/** The function that a stack which is full shows most often; null if it names none. */
function innermostOf({ stack = '' }: Error): string | null {
  const names = [...stack.matchAll(/^\s*at (?:async )?([^\s(]+) \(/gm)].flatMap(([, name = '']) =>
    name.endsWith('next') ? [] : [name.replace(/^.*\./, '')],
  );
  const times = (name: string): number => names.filter((other) => other === name).length;
  return names.sort((a, b) => times(b) - times(a))[0] ?? null;
}

/** A fault of Racewalk itself: the invariant of the program that did not hold. */
export function internalError(message: string): RacewalkError {
  return new RacewalkError('RACEWALK_INTERNAL', `internal error: ${message}`, {
    hint: 'this is a fault of Racewalk, not of your protocol; please report it with the command you ran',
  });
}
