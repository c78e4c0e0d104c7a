/** Tries the programs with the numbers it is given, until it is given none or one goes wrong. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadShorten, loadText, loadTrial } from './load.mjs';

/** @typedef {import('../../packages/explorer/test/brute/trial.js').Trial} Trial */
/** @typedef {import('../../packages/explorer/test/brute/random-code.js').Flavour} Flavour */
/** @typedef {{ programs: number, leftOut: number, traces: number, deadlocks: number }} Sums */
/** @typedef {{ number: number, flavour: Flavour, order: Trial['order'], wrong: string, program: string }} Failure */
/** @typedef {{ sums: Record<string, Sums>, failure: Failure | null }} Answer */
/** @typedef {{ flavours: readonly Flavour[], limit: number, weak: boolean }} Settings */

const { tryOut, trialOf, weakTrialOf } = await loadTrial();
const { shorten } = await loadShorten();
const { textOf } = await loadText();

/**
 * What is wrong with a program, or ''; a search that throws is wrong, too.
 *
 * @param {Trial} trial
 * @param {number} limit
 */
function attempt(trial, limit) {
  try {
    return tryOut(trial, limit);
  } catch (error) {
    const wrong = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { wrong, traces: 0, deadlocks: 0 };
  }
}

/** The comparison that failed, or what was thrown. @param {string | undefined} wrong */
const kindOf = (wrong) => (wrong ?? '').split(/: [\d-]|\n/)[0];

/** @param {Trial} trial @param {number} limit @param {string} what */
function smallest(trial, limit, what) {
  const code = shorten(trial.code, (smaller) => {
    // Symmetry is a promise about the first two threads; a smaller program has to keep it.
    const twins = trial.twins && JSON.stringify(smaller.threads[0]) === JSON.stringify(smaller.threads[1]);
    if (trial.twins && !twins) return false;
    return kindOf(attempt({ ...trial, code: smaller }, limit)?.wrong) === kindOf(what);
  });
  return { code, wrong: attempt({ ...trial, code }, limit)?.wrong ?? '' };
}

/** @param {number} first @param {number} count @param {Settings} settings @returns {Answer} */
function tryRange(first, count, { flavours, limit, weak }) {
  /** @type {Record<string, Sums>} */
  const sums = {};
  for (let number = first; number < first + count; number++) {
    const trial = (weak ? weakTrialOf : trialOf)(number, flavours);
    const { flavour, order } = trial;
    sums[flavour] ??= { programs: 0, leftOut: 0, traces: 0, deadlocks: 0 };
    const sum = sums[flavour];
    const tried = attempt(trial, limit);
    if (tried === null) {
      sum.leftOut++;
      continue;
    }
    sum.programs++;
    sum.traces += tried.traces;
    sum.deadlocks += tried.deadlocks;
    if (tried.wrong === '') continue;
    const { code, wrong } = smallest(trial, limit, tried.wrong);
    return { sums, failure: { number, flavour, order, wrong, program: textOf(code) } };
  }
  return { sums, failure: null };
}

parentPort?.on('message', (/** @type {readonly [number, number] | null} */ range) => {
  if (range === null) parentPort?.close();
  else parentPort?.postMessage(tryRange(range[0], range[1], workerData));
});
