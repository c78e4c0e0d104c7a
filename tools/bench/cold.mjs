/** Run one model once and print what it took: `node cold.mjs MODEL STRATEGY`. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { run } from './measure.mjs';
import { ROWS } from './rows.mjs';

const [, , model, strategy] = process.argv;
const row = ROWS.find((candidate) => candidate.model === model);
if (row === undefined || (strategy !== 'dpor' && strategy !== 'stateful')) {
  throw new Error('usage: node cold.mjs MODEL dpor|stateful');
}
const counts = run(await row.program(), strategy);
const { user, system } = process.cpuUsage();
const usage = {
  cpuSeconds: (user + system) / 1e6,
  wallSeconds: process.uptime(),
  megabytes: peakKilobytes() / 1024,
};
process.stdout.write(JSON.stringify({ ...counts, cold: usage }));

/** Linux counts what the parent used at the fork into maxRSS; VmHWM is this program's own. */
function peakKilobytes() {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}
