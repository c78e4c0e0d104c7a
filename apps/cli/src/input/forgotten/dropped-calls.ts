/** The calls of a module that make a generator and drop it, found in its text alone: needs no files, and no Node. */
import { RacewalkError } from '@racewalk/core';
import { type Place, placeAt } from '../place.js';
import { isGenerator, METHODS } from './names.js';
import { type Dropped, droppedIn } from './scan.js';

export { hiddenState, type Kept, keptState } from './kept-state.js';
export { isGenerator, placeAt };

/** A call that is dropped, and where it stands in the text of its author. */
export interface DroppedCall {
  readonly call: string;
  readonly place: Place;
}

/** Where the call stands in the text of the author, from whose types may have been taken away since. */
function placeOf(original: string, javascript: string, { offset, call }: Dropped): Place {
  const before = javascript.slice(0, offset).split(call).length - 1;
  let at = -1;
  for (let n = 0; n <= before; n++) {
    const next = original.indexOf(call, at + 1);
    if (next < 0) break;
    at = next;
  }
  return placeAt(original, Math.max(at, 0));
}

/**
 * The first such call of a text.
 *
 * @param original - as its author wrote it
 * @param javascript - the same without types
 * @param functions - generator functions that the text imports, by the names that it uses
 */
export function droppedCall(
  original: string,
  javascript: string,
  functions: ReadonlySet<string>,
): DroppedCall | null {
  const [first] = droppedIn(javascript, { functions, methods: METHODS });
  if (first === undefined) return null;
  return { call: first.call, place: placeOf(original, javascript, first) };
}

/** The error about one; `file` as it is to be named. */
export function forgottenYield(file: string, { call, place }: DroppedCall): RacewalkError {
  const short = call.replace(/\s+/g, ' ').slice(0, 60);
  return new RacewalkError(
    'RACEWALK_FORGOTTEN_YIELD',
    `${file}:${place.line}:${place.column}: ${short} is called and not taken, so none of its steps is: yield* is missing`,
    { hint: 'write yield* before the call, both in one expression: const v = yield* read(x)' },
  );
}
