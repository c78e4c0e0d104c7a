/** Mistakes, and what each is told. */
import type { Parts } from './file.js';

/** One mistake. */
export interface Misuse {
  readonly what: string;
  /** The file, with its mistake. */
  readonly file: Parts;
  /** What the command ends with. */
  readonly exit: number;
  /** Code and message, on whichever of the two outputs they are printed. */
  readonly says: RegExp;
  /** Whether the code must run in a thread of its own: it would end or stop this one. */
  readonly thread?: true;
  /** Default: `upstream`. */
  readonly variant?: string;
}

export const step = (what: string, run: string, says: RegExp): Misuse => ({
  what,
  file: { run },
  exit: 1,
  says,
});
export const other = (what: string, file: Parts, says: RegExp, exit = 1): Misuse => ({
  what,
  file,
  exit,
  says,
});
export const thread = (what: string, file: Parts, says: RegExp): Misuse => ({
  what,
  file,
  exit: 1,
  says,
  thread: true,
});

export const REFUSED = 2;
