/**
 * What this package throws. Codes are stable; messages may be reworded at any time.
 */

/** Stable codes of {@link TraceError}. */
export type TraceErrorCode =
  /** A trace file is not `racewalk.trace/2`, or contradicts itself. */
  | 'RACEWALK_BAD_TRACE'
  /** A trace file of another version, for instance `racewalk.trace/1`. */
  | 'RACEWALK_TRACE_VERSION'
  /** A token is not written the way tokens are written. */
  | 'RACEWALK_TOKEN_SYNTAX'
  /** A token was damaged: its checksum does not match. */
  | 'RACEWALK_TOKEN_CHECKSUM'
  /** A token is intact, but of a version this package does not read. */
  | 'RACEWALK_TOKEN_VERSION'
  /** What `encodeToken` was given cannot be put into a token. */
  | 'RACEWALK_TOKEN_INPUT';

/** A trace or a token that cannot be used, and what to do about it. */
export class TraceError extends Error {
  override readonly name = 'TraceError';

  /**
   * @param code - stable, for programs
   * @param message - what is wrong, one line
   * @param expected - what would have been right
   * @param hint - what the reader can do
   */
  constructor(
    readonly code: TraceErrorCode,
    message: string,
    readonly expected: string,
    readonly hint: string,
  ) {
    super(message);
  }
}
