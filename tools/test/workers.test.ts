/** The benchmark of several workers, on a model that takes no time. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { expect, it } from 'vitest';

const script = path.join(import.meta.dirname, '../bench/workers.mjs');

it('counts the same with any number of workers', () => {
  const argv = [script, '--flags', '4', '--workers', '3'];
  const out = execFileSync(process.execPath, argv, {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect(out.match(/1 536 executions/g)).toHaveLength(2);
  expect(out).toMatch(/times the throughput of one/);
  expect(out).not.toContain('WRONG');
});
