/** `node tools/vitest/run.mjs quick|deep|all [vitest's arguments]`: the tests of that part, from the build. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [part, ...more] = process.argv.slice(2);
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, 'run', ...more], {
  stdio: 'inherit',
  env: { ...process.env, RACEWALK_TESTS: part },
});
process.exitCode = status ?? 1;
