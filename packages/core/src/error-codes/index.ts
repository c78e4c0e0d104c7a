/**
 * Every error code, once. Codes are stable between major versions; `docs/errors.md` is made from this table.
 */
import { PROMISES } from './checked.js';
import type { ErrorInfo } from './info.js';
import { FINDINGS, PLUGIN_AUTHOR } from './plugin-author.js';
import { RACE_AUTHOR } from './race-author.js';
import { CALLER, OPERATOR, SELF } from './search.js';
import { FILES, USER } from './user.js';

export type { ErrorInfo } from './info.js';

/** What each code means, who causes it, and what to do. */
export const ERROR_CODES = Object.freeze({
  ...USER,
  ...RACE_AUTHOR,
  ...PROMISES,
  ...PLUGIN_AUTHOR,
  ...FINDINGS,
  ...FILES,
  ...CALLER,
  ...OPERATOR,
  ...SELF,
});

/** A code of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** The entry of a code; undefined for one that only another version has. */
export function errorInfo(code: string): ErrorInfo | undefined {
  const known: Readonly<Record<string, ErrorInfo | undefined>> = ERROR_CODES;
  return Object.hasOwn(ERROR_CODES, code) ? known[code] : undefined;
}
