/**
 * A random sample that a seed repeats. Mutants are drawn in the order of a hash of the seed and their name, so that a
 * larger sample begins with the smaller one, and a change of one file leaves the draw from others as it was.
 */
import { createHash } from 'node:crypto';

/**
 * The first `size` items in the order that the seed gives.
 *
 * @template {{ readonly name: string }} T
 * @param {readonly T[]} items with distinct names
 * @param {number} size
 * @param {number} seed
 * @returns {T[]}
 */
export function sample(items, size, seed) {
  const ranked = items.map((item) => ({
    item,
    rank: createHash('sha256').update(`${seed}\0${item.name}`).digest('hex'),
  }));
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return ranked.slice(0, size).map(({ item }) => item);
}
