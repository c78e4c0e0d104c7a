/**
 * `npm run bench:long-search`: a long search that is killed twice and goes on from its file each time, with another
 * number of workers, and must end with exactly as many executions as there are.
 *
 *   --bystanders SIZES   sizes of the groups of bystanders (see long-race.mjs); default 2,2,2,2: 130 million executions
 *   --workers N,N,N      workers before the first kill, before the second, and to the end; default 2,1,2
 *
 * Ends with 1 if the count is not the one there must be.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    bystanders: { type: 'string', default: '2,2,2,2' },
    workers: { type: 'string', default: '2,1,2' },
  },
});
const numbers = /^[1-9]\d?(,[1-9]\d?)*$/;
const workers = values.workers.split(',');
if (!numbers.test(values.bystanders) || !numbers.test(values.workers) || workers.length !== 3) {
  console.error('usage: npm run bench:long-search -- [--bystanders 2,2,2,2] [--workers 2,1,2]');
  process.exit(2);
}
process.env.RACEWALK_BYSTANDERS = values.bystanders;
const { executions, long } = await import('./long-race.mjs');

const here = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));
const dir = mkdtempSync(path.join(tmpdir(), 'racewalk-long-'));
const file = path.join(dir, 'checkpoint.json');
const argv = [
  here('../../apps/cli/bin/racewalk.js'),
  ...['explore', long.id, '--scenarios', here('long-race.mjs'), '--arch', 'arm64-contpte'],
  ...['--budget', '24h', '--checkpoint', file],
];

const grouped = (/** @type {number} */ n) => String(n).replace(/\B(?=(\d{3})+$)/g, ' ');
const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(1)} s`;

/** Executions that the file knows of. */
function kept() {
  if (!existsSync(file)) return 0;
  const [running] = JSON.parse(JSON.parse(readFileSync(file, 'utf8')).state).running;
  const { totals, search } = running.at;
  return totals.executions + (search?.frontier?.counts.executions ?? search?.executions ?? 0);
}

/**
 * Run the command until it ends, or until the file has that many executions.
 *
 * @param {string} count of workers
 * @param {number} until
 */
async function run(count, until) {
  const began = performance.now();
  const child = spawn(process.execPath, [...argv, '--workers', count], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve) => child.on('close', resolve));
  const watch = setInterval(() => {
    if (kept() >= until) child.kill('SIGKILL');
  }, 500);
  const code = await ended;
  clearInterval(watch);
  return { code, out, ms: performance.now() - began };
}

console.log(`${long.id}, bystanders ${values.bystanders}: ${grouped(executions)} executions`);
let work = 0;
for (const [i, count] of workers.slice(0, 2).entries()) {
  const { code, ms } = await run(count, (executions * (i + 1)) / 3);
  work += ms;
  if (code !== null) {
    console.error(
      `ended with ${code} before it was killed for the ${i === 0 ? 'first' : 'second'} time: too short a search`,
    );
    process.exit(1);
  }
  const bytes = grouped(statSync(file).size);
  console.log(
    `workers ${count}: killed after ${seconds(ms)}; its file (${bytes} bytes) has ${grouped(kept())}`,
  );
}
const { code, out, ms } = await run(workers[2] ?? '1', Number.POSITIVE_INFINITY);
work += ms;
const found = Number(/^explored +([\d ]+) execution/m.exec(out)?.[1]?.replaceAll(' ', ''));
const redundant = Number(/([\d ]+) redundant/.exec(out)?.[1]?.replaceAll(' ', ''));
const holds = /^verdict +holds,/m.test(out);
const right = code === 0 && holds && found === executions && redundant === 0 && !existsSync(file);
console.log(`workers ${workers[2]}: went on to the end in ${seconds(ms)}\n\n${out}`);
console.log(
  `${right ? 'exactly' : 'WRONG: not'} ${grouped(executions)} executions, 0 redundant, after ${seconds(work)} and two kills`,
);
rmSync(dir, { recursive: true });
process.exitCode = right ? 0 : 1;
