/** Runs a model in Spin: generates the verifier, compiles it, lets it search everything, reads its counts. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @typedef {import('../rows.mjs').SpinModel} SpinModel */
/** @typedef {'full' | 'reduced'} Reduction */
/**
 * @typedef {object} SpinRun
 * @property {Reduction} reduction
 * @property {number} errors
 * @property {number} states stored
 * @property {number} transitions
 * @property {number} generateSeconds CPU time of `spin -a`
 * @property {number} compileSeconds CPU time of gcc
 * @property {number} searchSeconds CPU time of the search
 * @property {number} megabytes peak, as the verifier says
 * @property {number | null} bytesPerState with its place in the hash table; null if there are too few to say
 * @property {string} wrong what does not agree with the pinned counts; empty if everything does
 */

/** Memory is taken in pieces: of fewer states one cannot say what each takes. */
const FEW = 10_000;
const OPTIMISE = ['-O2', '-w', '-DSAFETY'];

/** What is installed, or null if something is missing. */
export function versions() {
  const spin = spawnSync('spin', ['-V'], { encoding: 'utf8' });
  const gcc = spawnSync('gcc', ['--version'], { encoding: 'utf8' });
  if (spin.status !== 0 || gcc.status !== 0) return null;
  return {
    spin: /Version ([\d.]+)/.exec(spin.stdout)?.[1] ?? spin.stdout.trim(),
    gcc: /(\d+\.\d+\.\d+)/.exec(gcc.stdout)?.[1] ?? '',
  };
}

/**
 * Run a command and measure its CPU time. Bash's `time` is used, because Node does not tell what its
 * children used.
 * @param {string} dir
 * @param {readonly string[]} command
 */
function timed(dir, command) {
  const script = 'TIMEFORMAT="racewalk %U %S"; time "$@"';
  const { status, stdout, stderr, error } = spawnSync('bash', ['-c', script, 'bash', ...command], {
    cwd: dir,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (error !== undefined) throw error;
  const times = /racewalk ([\d.]+) ([\d.]+)/.exec(stderr);
  if (status !== 0 || times === null) {
    throw new Error(`${command.join(' ')} ended with ${status}: ${stdout}${stderr}`);
  }
  return { stdout, seconds: Number(times[1]) + Number(times[2]) };
}

/**
 * The counts that a verifier prints.
 * @param {string} text
 */
export function parsePan(text) {
  const number = (/** @type {RegExp} */ pattern) => {
    const found = pattern.exec(text);
    if (found === null) throw new Error(`not in the output of pan: ${pattern}\n${text}`);
    return Number(found[1]);
  };
  if (/Search not completed|max search depth too small/.test(text)) throw new Error(`cut off:\n${text}`);
  const states = number(/([\d.e+]+) states, stored/);
  const kept = /([\d.]+)\s+actual memory usage for states/.test(text)
    ? number(/([\d.]+)\s+actual memory usage for states/) + number(/([\d.]+)\s+memory used for hash table/)
    : 0;
  return {
    errors: number(/errors: (\d+)/),
    states,
    transitions: number(/([\d.e+]+) transitions/),
    megabytes: number(/([\d.]+)\s+total actual memory usage/),
    bytesPerState: states < FEW ? null : (kept * 2 ** 20) / states,
  };
}

/**
 * @param {SpinModel} model
 * @param {Reduction} reduction
 * @returns {SpinRun}
 */
export function runSpin(model, reduction) {
  const dir = mkdtempSync(join(tmpdir(), 'racewalk-spin-'));
  try {
    const source = fileURLToPath(new URL(`${model.model}.pml`, import.meta.url));
    const generated = timed(dir, ['spin', '-a', ...model.defines.map((define) => `-D${define}`), source]);
    const reduce = reduction === 'full' ? ['-DNOREDUCE'] : [];
    const compiled = timed(dir, ['gcc', ...OPTIMISE, ...reduce, '-o', 'pan', 'pan.c']);
    // A table of about as many places as there are states.
    const places = Math.max(16, Math.ceil(Math.log2(model.states)));
    const searched = timed(dir, ['./pan', '-m100000', `-w${places}`]);
    const counts = parsePan(searched.stdout);
    return {
      reduction,
      ...counts,
      generateSeconds: generated.seconds,
      compileSeconds: compiled.seconds,
      searchSeconds: searched.seconds,
      wrong: disagreement(model, reduction, counts),
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * @param {SpinModel} model
 * @param {Reduction} reduction
 * @param {ReturnType<typeof parsePan>} counts
 */
function disagreement(model, reduction, { errors, states, transitions }) {
  const wrong = [];
  if (errors !== 0) wrong.push(`${errors} errors`);
  if (reduction === 'full' && states !== model.states)
    wrong.push(`${states} states instead of ${model.states}`);
  if (reduction === 'full' && transitions !== model.transitions) {
    wrong.push(`${transitions} transitions instead of ${model.transitions}`);
  }
  if (reduction === 'reduced' && states > model.states) wrong.push(`${states} states, more than in full`);
  return wrong.join(', ');
}
