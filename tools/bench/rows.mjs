/**
 * What is measured, and what must come out. A number that goes down is as wrong as one that goes up: see
 * docs/benchmarks.md for where each comes from.
 */
import { executionsOfF } from './flags-race.mjs';
import { flags, teardown, teardownOnce } from './models.mjs';
import { raceProgram } from './races.mjs';

/** @typedef {import('@racewalk/core/step').Program} Program */
/** @typedef {'dpor' | 'stateful'} Strategy */
/** How patient one has to be: not at all, for a minute or two, for many. @typedef {'quick' | 'usual' | 'long'} Patience */
/**
 * What Spin is given, and how many states and transitions it must find without reduction.
 * @typedef {{ model: string, defines: readonly string[], states: number, transitions: number, patience: Patience }} SpinModel
 */
/**
 * @typedef {object} Row
 * @property {string} model name in the tables
 * @property {'T' | 'T2' | 'alike' | 'F' | 'race'} family
 * @property {readonly number[]} size
 * @property {() => Program | Promise<Program>} program
 * @property {number | null} executions how many there are; null if nobody has counted them
 * @property {number | null} states that `stateful` keeps; null if it is not pinned
 * @property {Patience | null} dpor how patient one must be for a run with `dpor`; null: it is not run
 * @property {Patience | null} stateful likewise
 * @property {SpinModel | null} spin
 */
/** @typedef {Pick<Row, 'executions' | 'states' | 'dpor' | 'stateful'>} Expected */
/** @typedef {{ states: number, transitions: number, patience: Patience }} SpinCounts */

/** @type {readonly Patience[]} */
const PATIENCE = ['quick', 'usual', 'long'];

/**
 * Whether somebody who is `given` so patient gets to see what needs `needed`.
 * @param {Patience | null} needed
 * @param {Patience} given
 */
export const within = (needed, given) =>
  needed !== null && PATIENCE.indexOf(needed) <= PATIENCE.indexOf(given);

/**
 * Both strategies, equally patient.
 * @param {Patience} patience
 * @param {number} executions
 * @param {number | null} states
 * @returns {Expected}
 */
const both = (patience, executions, states) => ({ executions, states, dpor: patience, stateful: patience });

/**
 * Too many executions for anything but `stateful`.
 * @param {Patience} patience
 * @param {number | null} executions
 * @param {number | null} states
 * @returns {Expected}
 */
const stateful = (patience, executions, states) => ({ executions, states, dpor: null, stateful: patience });

/**
 * @param {Patience} patience
 * @param {number} states
 * @param {number} transitions
 * @returns {SpinCounts}
 */
const spin = (patience, states, transitions) => ({ patience, states, transitions });

/**
 * @param {'T' | 'T2'} family
 * @param {readonly [number, number]} size
 * @param {Expected} expected
 * @param {SpinCounts} counts
 * @returns {Row}
 */
function teardownRow(family, [n, w], expected, counts) {
  const defines = [`ENTRIES=${n}`, `WALKERS=${w}`, ...(family === 'T' ? ['ONCE'] : [])];
  return {
    model: `${family}(${n},${w})`,
    family,
    size: [n, w],
    program: () => (family === 'T' ? teardownOnce(n, w) : teardown(n, w)),
    ...expected,
    spin: { model: 'teardown', defines, ...counts },
  };
}

/**
 * T2 whose walkers are declared interchangeable.
 * @param {readonly [number, number]} size
 * @param {number} executions
 * @returns {Row}
 */
const alikeRow = ([n, w], executions) => ({
  model: `T2(${n},${w}) alike`,
  family: 'alike',
  size: [n, w],
  program: () => teardown(n, w, { symmetric: true }),
  executions,
  states: null,
  dpor: 'usual',
  stateful: null,
  spin: null,
});

/**
 * @param {number} k
 * @param {Expected} expected
 * @param {SpinCounts} counts
 * @returns {Row}
 */
const flagsRow = (k, expected, counts) => ({
  model: `F(${k})`,
  family: 'F',
  size: [k],
  program: () => flags(k),
  ...expected,
  spin: { model: 'flags', defines: [`THREADS=${k}`], ...counts },
});

/**
 * @param {string} test
 * @param {string} arch
 * @param {import('@racewalk/machine').Params} params
 * @param {Expected} expected
 * @returns {Row}
 */
const raceRow = (test, arch, params, expected) => ({
  model: [test, arch, ...Object.entries(params).map(([name, value]) => `${name} ${value}`)].join(', '),
  family: 'race',
  size: Object.values(params).map(Number),
  program: () => raceProgram(test, arch, params),
  ...expected,
  spin: null,
});

/** @type {readonly Row[]} */
export const ROWS = [
  teardownRow('T', [8, 2], both('quick', 672, 2_134), spin('quick', 7_685, 24_799)),
  teardownRow('T', [16, 2], both('quick', 2_504, 9_754), spin('quick', 51_277, 175_239)),
  teardownRow('T', [8, 3], both('usual', 21_643, 24_657), spin('usual', 160_349, 706_919)),
  teardownRow('T', [16, 3], both('usual', 141_323, 174_585), spin('usual', 2_006_931, 9_348_149)),
  teardownRow('T2', [8, 1], both('quick', 52, 736), spin('quick', 1_829, 3_563)),
  teardownRow('T2', [16, 1], both('quick', 168, 4_860), spin('usual', 13_321, 26_391)),
  teardownRow('T2', [4, 2], both('quick', 494, 1_241), spin('quick', 3_808, 10_736)),
  teardownRow('T2', [8, 2], both('quick', 3_572, 10_949), spin('quick', 44_500, 133_692)),
  teardownRow('T2', [12, 2], both('usual', 12_754, 46_209), spin('usual', 204_696, 626_584)),
  teardownRow('T2', [16, 2], both('usual', 33_096, 134_349), spin('usual', 618_220, 1_908_932)),
  teardownRow('T2', [4, 3], both('quick', 20_480, 10_278), spin('usual', 51_094, 196_023)),
  teardownRow('T2', [8, 3], both('usual', 324_472, 142_788), spin('usual', 1_060_917, 4_368_102)),
  teardownRow('T2', [16, 3], stateful('long', null, null), spin('long', 27_777_055, 118_288_560)),
  alikeRow([16, 2], 16_564),
  alikeRow([8, 3], 55_448),
  flagsRow(4, both('quick', executionsOfF(4), 299), spin('quick', 299, 701)),
  flagsRow(5, both('usual', executionsOfF(5), 2_163), spin('usual', 2_163, 6_156)),
  flagsRow(6, both('usual', executionsOfF(6), 18_731), spin('usual', 18_731, 62_683)),
  flagsRow(7, stateful('usual', executionsOfF(7), 189_171), spin('usual', 189_171, 727_658)),
  flagsRow(8, stateful('usual', executionsOfF(8), 2_183_339), spin('usual', 2_183_339, 9_490_041)),
  raceRow('contpte/teardown-vs-two-walkers', 'arm64-contpte', { block: 8 }, both('usual', 661_598, 81_756)),
  raceRow('as-dirty/clean-folded', 'arm64-contpte', { block: 8 }, both('usual', 417_488, 30_407)),
  raceRow('fork-batch/cow-two-threads', 'x86-pae', {}, both('usual', 2_018, 2_918)),
  raceRow(
    'contpte/teardown-vs-two-walkers',
    'arm64-contpte',
    { block: 16 },
    stateful('usual', null, 1_280_259),
  ),
  raceRow('fork-batch/partial-ends', 'arm64-contpte', { block: 16 }, stateful('usual', null, 86_088)),
  raceRow('contpte/partial-dontneed', 'arm64-contpte', { block: 16 }, stateful('usual', null, 43_084)),
];
