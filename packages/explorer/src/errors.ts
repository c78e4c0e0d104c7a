/** The operation code of a thread did not behave the same twice; ends an exploration, is never a race. */
export class NondeterminismError extends Error {
  override readonly name = 'NondeterminismError';
}

/** Wrong use of the explorer: an impossible option, a checkpoint of another program. `code` is stable. */
export class ExplorerError extends Error {
  override readonly name = 'ExplorerError';
  readonly code: string;
  /** What to do about it. */
  readonly hint: string;

  constructor(code: string, message: string, hint = '') {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
