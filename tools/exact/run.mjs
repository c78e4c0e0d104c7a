/**
 * Tries the built explorer on random programs against brute force: as many executions as there are traces, none
 * redundant; the end states and deadlocks there are; the same in pieces; one of two mirror images where threads are
 * interchangeable. Ends with 1 and the smallest failing program at the first difference.
 */
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { compile, loadTrial } from './load.mjs';
import { optionsOf, USAGE } from './options.mjs';
import { progress, summary } from './report.mjs';

/** @typedef {import('./options.mjs').Options} Options */
/** @typedef {import('./worker.mjs').Answer} Answer */
/** @typedef {import('./worker.mjs').Failure} Failure */
/** @typedef {import('./worker.mjs').Sums} Sums */

/** Programs given out at once. */
const RANGE = 110;

/** @typedef {{ sums: Record<string, Sums>, programs: number, failure: Failure | null }} Outcome */

/**
 * @param {Options} options
 * @param {(programs: number) => void} onProgress
 * @returns {Promise<Outcome>}
 */
async function tryAll({ programs, seed, workers, flavours, limit, weak }, onProgress) {
  /** @type {Outcome} */
  const outcome = { sums: {}, programs: 0, failure: null };
  let next = seed;
  /** @param {Answer} answer */
  const add = ({ sums, failure }) => {
    for (const [flavour, sum] of Object.entries(sums)) {
      outcome.sums[flavour] ??= { programs: 0, leftOut: 0, traces: 0, deadlocks: 0 };
      const into = outcome.sums[flavour];
      for (const key of /** @type {(keyof Sums)[]} */ (Object.keys(sum))) into[key] += sum[key];
      outcome.programs += sum.programs;
    }
    outcome.failure ??= failure;
    onProgress(outcome.programs);
  };
  const size = Math.min(RANGE, programs);
  const one = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
        workerData: { flavours, limit, weak },
      });
      const giveOut = () => {
        if (outcome.failure !== null || outcome.programs >= programs) worker.postMessage(null);
        else worker.postMessage([next, size]);
        next += size;
      };
      worker.on('message', (answer) => {
        add(answer);
        giveOut();
      });
      worker.on('error', reject);
      worker.on('exit', resolve);
      giveOut();
    });
  await Promise.all(Array.from({ length: workers }, one));
  return outcome;
}

async function main() {
  await compile();
  const { FLAVOURS, WEAK_FLAVOURS } = await loadTrial();
  let options;
  try {
    options = optionsOf(process.argv.slice(2), FLAVOURS, WEAK_FLAVOURS);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    return 2;
  }
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const outcome = await tryAll(options, progress(options.programs, seconds));
  process.stdout.write(summary(outcome.sums, seconds()));
  const { failure } = outcome;
  if (failure === null) return 0;
  const { number, flavour, order, wrong, program } = failure;
  const again = `npm run exact -- --seed ${number} --programs 1 --workers 1 --flavour ${options.flavours.join()}${options.weak ? ' --weak' : ''}`;
  process.stdout.write(
    `\nprogram ${number} (${flavour}, ${order}): ${wrong}\n${program}\nagain: ${again} --limit ${options.limit}\n`,
  );
  return 1;
}

process.exitCode = await main();
