/**
 * `npm run test:kill -- 10`: the tests that kill processes, as often as that. What they look for depends on when
 * a process dies, so once is not enough; CI runs them once with everything else.
 */
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const times = Number(process.argv[2] ?? 10);
if (!Number.isInteger(times) || times < 1) {
  console.error('usage: npm run test:kill -- TIMES');
  process.exit(2);
}
let failed = 0;
for (let i = 1; i <= times; i++) {
  const began = Date.now();
  const argv = ['vitest', 'run', '--project', 'cli', '-t', 'killed', 'checkpoint', 'queue'];
  const { status, stdout, stderr } = spawnSync('npx', argv, { encoding: 'utf8', stdio: 'pipe' });
  const tally = /^(\d+) passed, (\d+) failed/m.exec(stdout)?.[0] ?? 'no tally';
  console.log(`${i}/${times}: ${tally}, ${Math.round((Date.now() - began) / 1000)} s`);
  if (status === 0) continue;
  failed++;
  console.log(stdout, stderr);
}
console.log(`${times - failed} of ${times} times everything survived`);
process.exitCode = failed === 0 ? 0 : 1;
