/** One model, one strategy: how much was explored and what it cost. CPU time is that of the whole process. */
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { explore } from '@racewalk/explorer';
import { flags } from './models.mjs';

/** @typedef {import('./rows.mjs').Row} Row */
/** @typedef {import('./rows.mjs').Strategy} Strategy */
/**
 * @typedef {object} Counts
 * @property {string} verdict
 * @property {number} executions complete ones that were explored
 * @property {number} blocked given up as redundant
 * @property {number} steps
 * @property {number | null} states null unless states are kept
 * @property {number | null} bytesPerState
 */
/** @typedef {{ cpuSeconds: number, wallSeconds: number, megabytes: number }} Cold a process of its own, from its start */
/** @typedef {Counts & { cpuSeconds: number, runs: number, cold: Cold | null }} Measured cpuSeconds is per run, warm */

const COLD = fileURLToPath(new URL('cold.mjs', import.meta.url));
/** A warm measurement goes on until it has used this much CPU time. */
const MIN_SECONDS = 1;

/** CPU seconds of this process since `begin`. @param {NodeJS.CpuUsage} begin */
export function cpuSeconds(begin) {
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1e6;
}

/**
 * Whether this build has the strategy: a name it does not know would be searched at random.
 * @param {Strategy} strategy
 */
export function supports(strategy) {
  if (strategy === 'dpor') return true;
  const { verdict, states } = explore(flags(2), { strategy });
  return verdict === 'exhausted' && states !== undefined;
}

/**
 * @param {import('@racewalk/core/step').Program} program
 * @param {Strategy} strategy
 * @returns {Counts}
 */
export function run(program, strategy) {
  const report = explore(program, { strategy, checkDeterminism: false, bounds: { states: 200_000_000 } });
  const { verdict, executions, blocked, steps, states = null, bytesPerState = null } = report;
  return { verdict, executions, blocked, steps, states, bytesPerState };
}

/**
 * Warm, in this process: again and again for a second. A run that takes longer than that warms up by itself.
 * @param {import('@racewalk/core/step').Program} program
 * @param {Strategy} strategy
 * @param {number} [seconds]
 */
export async function warm(program, strategy, seconds = MIN_SECONDS) {
  let begin = process.cpuUsage();
  let counts = run(program, strategy);
  let used = cpuSeconds(begin);
  let runs = 1;
  if (used < 2 * seconds) {
    await setTimeout(20);
    begin = process.cpuUsage();
    for (runs = 0, used = 0; used < seconds; runs++) {
      counts = run(program, strategy);
      used = cpuSeconds(begin);
    }
  }
  return { ...counts, cpuSeconds: used / runs, runs };
}

/**
 * Cold: a process that is started for it, all included.
 * @param {Row} row
 * @param {Strategy} strategy
 * @returns {Counts & { cold: Cold }}
 */
export function cold(row, strategy) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COLD, row.model, strategy], {
    encoding: 'utf8',
    maxBuffer: 1 << 20,
  });
  if (status !== 0) throw new Error(`${row.model} ${strategy} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}
