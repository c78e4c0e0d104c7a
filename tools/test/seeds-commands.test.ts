/** Every command that docs/seeds.md names is run. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('docs/seeds.md names commands that come to what it says', () => {
  const script = fileURLToPath(new URL('../docs/run-claims.mjs', import.meta.url));
  const run = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  expect([run.stderr, run.status]).toEqual(['', 0]);
  expect(run.stdout).toMatch(/^(\d+) of \1 commands/);
}, 900_000);
