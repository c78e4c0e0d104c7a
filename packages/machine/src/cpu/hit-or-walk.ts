/** Hardware that has something cached may go by it, or walk all the same: an entry may be evicted at any time. */
import { choose, type Step } from '@racewalk/core/step';
import { showsOf } from './answers.js';

const SHOWS = showsOf('hit', 'walk');

/** Whether it goes by `what`. */
export function* hits(what: string): Step<boolean> {
  return (yield* choose(2, `${what} hit or walk`, SHOWS)) === 0;
}
