import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

/** @typedef {import('../../packages/explorer/test/brute/random-code.js').Flavour} Flavour */
/** @typedef {{ programs: number, seed: number, workers: number, limit: number, flavours: readonly Flavour[], weak: boolean }} Options */

export const USAGE = `npm run exact -- [options]
  --programs N    how many random programs to try (20000)
  --seed S        number of the first one (0); a failure names its own
  --workers W     threads to spread them over (one per core)
  --weak          the weak order instead of sc and tso
  --flavour F,... only these
  --limit L       leave out programs with more trace prefixes than this (600)
`;

/** @param {string | undefined} text @param {number} otherwise @param {number} least @param {string} name */
function whole(text, otherwise, least, name) {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < least) throw new Error(`--${name}: ${text}?`);
  return number;
}

/**
 * @param {readonly string[]} argv
 * @param {readonly Flavour[]} inOrder flavours of sc and tso
 * @param {readonly Flavour[]} weak
 * @returns {Options}
 * @throws {Error} for an option or a value that does not exist
 */
export function optionsOf(argv, inOrder, weak) {
  const text = { type: /** @type {const} */ ('string') };
  const { values } = parseArgs({
    args: [...argv],
    options: {
      programs: text,
      seed: text,
      workers: text,
      limit: text,
      flavour: text,
      weak: { type: 'boolean' },
    },
  });
  const known = values.weak === true ? weak : inOrder;
  const wanted = values.flavour?.split(',') ?? known;
  const flavours = known.filter((flavour) => wanted.includes(flavour));
  if (flavours.length !== wanted.length) throw new Error(`--flavour: ${known.join(', ')}`);
  return {
    programs: whole(values.programs, 20_000, 1, 'programs'),
    seed: whole(values.seed, 0, 0, 'seed'),
    workers: whole(values.workers, availableParallelism(), 1, 'workers'),
    limit: whole(values.limit, 600, 1, 'limit'),
    flavours,
    weak: values.weak === true,
  };
}
