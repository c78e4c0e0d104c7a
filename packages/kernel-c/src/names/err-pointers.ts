/** Pointers that are errors. (include/linux/err.h) */
import { number } from '../run/numbers.js';
import { ErrPointer, errPointer } from '../run/objects.js';
import { type Helper, pureHelper } from './helper.js';

/** Everything of this file. */
export const ERR_POINTER_NAMES: readonly Helper[] = [
  pureHelper('ERR_PTR(long):any', 'a pointer that is an error', (th, [n]) => errPointer(number(th, n ?? 0n))),
  pureHelper('ERR_CAST(any):any', 'the same error', (_th, [p]) => p ?? null),
  pureHelper('IS_ERR(any):bool', 'whether it is an error', (_th, [p]) => (p instanceof ErrPointer ? 1n : 0n)),
  pureHelper('IS_ERR_OR_NULL(any):bool', 'whether it is an error, or NULL', (_th, [p]) =>
    p instanceof ErrPointer || p === null || p === 0n ? 1n : 0n,
  ),
  ...['PTR_ERR', 'PTR_ERR_OR_ZERO'].map((name) =>
    pureHelper(`${name}(any):long`, 'which error', (_th, [p]) =>
      p instanceof ErrPointer ? BigInt(p.error) : 0n,
    ),
  ),
];
