/**
 * `npm run bench:workers`: F(6) with one worker thread and with two, by the processor time of each, which is what
 * counts where the processors are busy.
 *
 *   --flags K      the model F(K); default 6
 *   --workers N    the larger number of workers; default 2
 *
 * Ends with 1 if a count is not K! 2^(K(K-1)/2).
 */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { flags: { type: 'string', default: '6' }, workers: { type: 'string', default: '2' } },
});
process.env.RACEWALK_FLAGS = values.flags;
const [{ flags, executionsOfF }, { CATALOGUE }, { plan }, { runPlan, ThreadPool }] = await Promise.all([
  import('./flags-race.mjs'),
  import('@racewalk/cli'),
  import('@racewalk/conformance'),
  import('@racewalk/fleet'),
]);

const archs = CATALOGUE.archs.slice(0, 1);
const file = fileURLToPath(new URL('flags-race.mjs', import.meta.url));
const data = { cwd: process.cwd(), modules: { archs: [], scenarios: { file, alone: true } } };
const entry = new URL('../../apps/cli/dist/thread.js', import.meta.url);
const grouped = (/** @type {number} */ n) => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ' ');
const wanted = executionsOfF(Number(values.flags));

/** @param {number} size */
async function run(size) {
  const pool = new ThreadPool({ entry, size, data });
  const cells = plan(archs, [flags], { variant: 'upstream' });
  const { results, ms } = await runPlan(pool, cells);
  const cpu = pool.cpu.map((of) => of / 1000);
  await pool.close();
  const [result] = results;
  const right = result?.verdict === 'holds' && result.executions === wanted && result.blocked === 0;
  const slowest = Math.max(...cpu);
  console.log(
    `${size} ${size === 1 ? 'worker ' : 'workers'}: ${grouped(result?.executions ?? 0)} executions, ` +
      `CPU ${cpu.map((of) => `${of.toFixed(1)} s`).join(' + ')}, wall ${(ms / 1000).toFixed(1)} s, ` +
      `${grouped(wanted / slowest)}/s${right ? '' : '  WRONG'}`,
  );
  if (!right) process.exitCode = 1;
  return slowest;
}

const one = await run(1);
const several = await run(Number(values.workers));
console.log(
  `${(one / several).toFixed(2)} times the throughput of one, by the time of the worker that had most to do`,
);
