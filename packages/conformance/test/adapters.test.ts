import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nodeTestRunner } from '../src/node-test.js';

const dist = fileURLToPath(new URL('../dist/node-test.js', import.meta.url));

describe('the adapter for node:test', () => {
  it('passes titles, bodies and reasons on', () => {
    const seen: unknown[] = [];
    const runner = nodeTestRunner({
      describe: (title, body) => {
        seen.push(title);
        body();
      },
      it: (title, options) => seen.push([title, options]),
    });
    runner.describe('group', () => {
      runner.it('runs', () => undefined);
      runner.skip?.('does not', 'because');
    });
    expect(seen).toEqual(['group', ['runs', {}], ['does not', { skip: 'because' }]]);
  });

  it('runs under node:test', () => {
    if (!existsSync(dist)) {
      // The sources alone cannot be run by Node 20; `npm test` builds first.
      expect(process.env.CI, 'dist is missing: run npm run build first').toBeUndefined();
      return;
    }
    const code = `
      import { describe, it } from 'node:test';
      import { nodeTestRunner } from ${JSON.stringify(dist)};
      const runner = nodeTestRunner({ describe, it });
      runner.describe('group', () => {
        runner.it('passes', async () => {});
        runner.skip('waits', 'a reason');
      });`;
    const out = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    expect(out).toContain('passes');
    expect(out).toMatch(/waits.*(a reason|SKIP)/);
  });
});
