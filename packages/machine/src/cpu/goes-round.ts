/** An access that is helped time and again, and faults time and again: a livelock, if no word of memory changes any more. */
import type { Ptep } from '@racewalk/core';
import { read, retry, type Step, type Word } from '@racewalk/core/step';
import type { World } from '../world/types.js';

/** Faults of one access that a handler says it has served before the access looks whether anything changes at all. */
export const HELPED_IN_VAIN = 3;

/** Every word of memory, one after the other. */
export function* allWords(world: World, who: string): Step<Word[]> {
  const words: Word[] = [];
  const text = `${who} goes round: is anything new`;
  for (let cell = 0; cell < world.cells.cells.length; cell++)
    words.push(yield* read(cell, { text, does: 'look-up' }));
  return words;
}

/** A fault was served, and memory is as it was before: it is again and again, unless somebody changes a word. */
export function* goesRound(ptep: Ptep, words: readonly Word[], who: string): Step<void> {
  // The entry comes first: it is what people look for.
  const cells = [...new Set([ptep.cell, ...words.keys()])];
  const values = cells.map((cell) => words[cell] ?? 0);
  yield* retry(cells, values, `${who} faults again and again`);
}

/** The same of a handler of the race: copy on write, swap-in and another thread may each undo what one has done. */
const SAID_IN_VAIN = 8;

/** What an access remembers of handlers that said it may try again. */
export interface Helped {
  /** How often, at most {@link SAID_IN_VAIN}. */
  times: number;
  /** Memory before the last one, once it has been often. */
  words: readonly Word[];
}

/** A handler of the race says once more that the access may try again. */
export function* helpedAgain(world: World, ptep: Ptep, helped: Helped, who: string): Step<void> {
  if (helped.words.length > 0) yield* goesRound(ptep, helped.words, who);
  if (helped.times < SAID_IN_VAIN) helped.times++;
  helped.words = helped.times === SAID_IN_VAIN ? yield* allWords(world, who) : [];
}
