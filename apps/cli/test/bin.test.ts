/** The command as it is installed. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const bin = fileURLToPath(new URL('../bin/racewalk.js', import.meta.url));
const built = existsSync(fileURLToPath(new URL('../dist/main.js', import.meta.url)));
const env = { ...process.env, NODE_OPTIONS: '' };

describe('the installed command', () => {
  it('has been built', () => {
    expect(built, 'dist is missing: run npm run build first').toBe(true);
  });

  it('runs, and ends with the exit code', () => {
    const good = spawnSync(process.execPath, [bin, '--version'], { encoding: 'utf8', env });
    expect([good.status, good.stderr]).toEqual([0, '']);
    const bad = spawnSync(process.execPath, [bin, 'explore', 'no/such', '--arch', 'x86-64'], {
      encoding: 'utf8',
      env,
    });
    expect([bad.status, bad.stdout]).toEqual([2, '']);
    expect(bad.stderr).toMatch(/^error RACEWALK_UNKNOWN_TEST: /);
  });

  it('ends with 130 on Ctrl-C', async () => {
    const child = spawn(process.execPath, [bin, 'conformance'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.resume();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    child.kill('SIGINT');
    const status = await new Promise((resolve) => child.on('exit', resolve));
    expect(status).toBe(130);
  });
});
