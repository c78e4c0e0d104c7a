/**
 * Speed of the explorer on the reference models, from the built packages: `npm run bench -w @racewalk/tools`.
 * Every model is explored once to warm up and then measured, in CPU time of this process (one core).
 * The last column is the number of garbage collections per million steps: the hot path allocates nothing,
 * what is left is setting up each search. Wrong counts end it with exit code 1.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { explore } from '@racewalk/explorer';
import { flags, teardown } from './models.mjs';

/** Name, program, executions. @type {[string, () => import('@racewalk/core/step').Program, number][]} */
const MODELS = [
  ['T2(8,1)', () => teardown(8, 1), 52],
  ['T2(4,2)', () => teardown(4, 2), 494],
  ['T2(8,2)', () => teardown(8, 2), 3_572],
  ['T2(16,2)', () => teardown(16, 2), 33_096],
  ['F(4)', () => flags(4), 1_536],
  ['F(5)', () => flags(5), 122_880],
];
if (process.argv.includes('--long')) MODELS.push(['F(6)', () => flags(6), 23_592_960]);
const only = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const MIN_SECONDS = 1;

let collections = 0;
new PerformanceObserver((list) => {
  collections += list.getEntries().length;
}).observe({ entryTypes: ['gc'] });

/** @param {import('@racewalk/core/step').Program} program */
async function measure(program) {
  explore(program);
  const options = { checkDeterminism: false };
  await setTimeout(20);
  collections = 0;
  const begin = process.cpuUsage();
  const total = { executions: 0, steps: 0, seconds: 0, runs: 0 };
  let report;
  do {
    report = explore(program, options);
    total.executions += report.executions;
    total.steps += report.steps;
    total.runs++;
    const { user, system } = process.cpuUsage(begin);
    total.seconds = (user + system) / 1e6;
  } while (total.seconds < MIN_SECONDS);
  await setTimeout(20);
  return { report, total, perMillion: (collections / total.steps) * 1e6 };
}

/** @param {number} n */
const rate = (n) => (n >= 1e6 ? `${(n / 1e6).toFixed(2)} M` : `${(n / 1e3).toFixed(0)} k`);
let wrong = 0;
console.log('model      executions  blocked       steps     CPU s   executions/s    steps/s   GC/M steps');
for (const [name, make, expected] of MODELS) {
  if (only.length > 0 && !only.includes(name)) continue;
  const { report, total, perMillion } = await measure(make());
  const right = report.verdict === 'exhausted' && report.executions === expected && report.blocked === 0;
  if (!right) wrong++;
  console.log(
    [
      name.padEnd(9),
      String(report.executions).padStart(11),
      String(report.blocked).padStart(8),
      String(report.steps).padStart(11),
      (total.seconds / total.runs).toFixed(3).padStart(9),
      rate(total.executions / total.seconds).padStart(14),
      rate(total.steps / total.seconds).padStart(10),
      perMillion.toFixed(2).padStart(13),
      right ? '' : `  WRONG: expected ${expected}`,
    ].join(' '),
  );
}
process.exitCode = wrong > 0 ? 1 : 0;
