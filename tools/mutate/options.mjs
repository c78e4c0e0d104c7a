import { parseArgs } from 'node:util';
import { SCOPE } from './scope.mjs';

/**
 * @typedef {object} Options
 * @property {number} sample mutants to draw
 * @property {number} seed
 * @property {readonly string[]} packages folders below `packages`
 * @property {number} jobs mutants tried at once
 * @property {number} most executions of the largest cell that is run
 * @property {number} spend seconds for tests, and for laws and cells, of one mutant
 * @property {number} least score in per cent below which the command fails
 * @property {string} state file of results
 * @property {boolean} retry try survivors again
 * @property {boolean} fresh forget all results
 */

export const USAGE = `npm run mutate -- [options]
  --sample N      how many mutants to draw at random (300)
  --seed S        seed of the draw (1)
  --package P,... only these: ${SCOPE.join(', ')}
  --jobs J        mutants tried at once (1)
  --most E        leave out cells of the matrix with more executions than this (100)
  --full          run all cells
  --spend S       ask no more about a mutant than takes this, in seconds: finds most of the killed soon; then --retry
  --least P       fail below this score in per cent (85)
  --retry         try known survivors again
  --fresh         forget what is known
  --state FILE    where results are kept (node_modules/.cache/racewalk/mutate.jsonl)
  --help          this text`;

/** @param {string | undefined} text @param {number} otherwise @param {number} lowest @param {string} name */
function whole(text, otherwise, lowest, name) {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (text === '' || !Number.isSafeInteger(number) || number < lowest) {
    throw new Error(`--${name} ${text}: expected a whole number, ${lowest} or more`);
  }
  return number;
}

/**
 * @param {readonly string[]} argv
 * @returns {Options | null} null if only the usage is asked for
 * @throws {Error} for an option or a value that does not exist
 */
export function optionsOf(argv) {
  const text = { type: /** @type {const} */ ('string') };
  const flag = { type: /** @type {const} */ ('boolean'), default: false };
  const { values } = parseArgs({
    args: [...argv],
    options: {
      ...{
        sample: text,
        seed: text,
        package: text,
        jobs: text,
        most: text,
        spend: text,
        least: text,
        state: text,
      },
      ...{ full: flag, retry: flag, fresh: flag, help: flag },
    },
  });
  if (values.help) return null;
  const packages = values.package?.split(',') ?? SCOPE;
  const unknown = packages.find((name) => !SCOPE.includes(name));
  if (unknown !== undefined) throw new Error(`--package ${unknown}: expected ${SCOPE.join(', ')}`);
  return {
    sample: whole(values.sample, 300, 1, 'sample'),
    seed: whole(values.seed, 1, 0, 'seed'),
    packages,
    jobs: whole(values.jobs, 1, 1, 'jobs'),
    most: values.full ? Number.POSITIVE_INFINITY : whole(values.most, 100, 1, 'most'),
    spend: whole(values.spend, Number.POSITIVE_INFINITY, 1, 'spend'),
    least: whole(values.least, 85, 0, 'least'),
    state: values.state ?? 'node_modules/.cache/racewalk/mutate.jsonl',
    retry: values.retry,
    fresh: values.fresh,
  };
}
