/** `node tools/vitest/run.mjs quick|deep|all [vitest's arguments]`: the tests of that part, from the build. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [part, ...more] = process.argv.slice(2);
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
// A group of its own: a test that loops for ever does not outlive the run.
const run = spawn(process.execPath, [vitest, 'run', ...more], {
  stdio: 'inherit',
  detached: process.platform !== 'win32',
  env: { ...process.env, RACEWALK_TESTS: part },
});
/** @param {NodeJS.Signals} signal */
const toAll = (signal) => {
  try {
    if (run.pid !== undefined) process.kill(process.platform === 'win32' ? run.pid : -run.pid, signal);
  } catch {
    // Nobody is left.
  }
};
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => toAll(signal));
run.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
run.on('exit', (status) => {
  toAll('SIGKILL');
  process.exitCode = status ?? 1;
});
