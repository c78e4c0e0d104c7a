import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DEEP, LONG } from '../vitest/tests.js';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

describe('the two parts of the tests', () => {
  it('name files that exist, each once', () => {
    const files = [...DEEP, ...LONG];
    expect(files.filter((file) => !existsSync(at(file)))).toEqual([]);
    expect(new Set(files).size).toBe(files.length);
  });

  it('are both run by CI, so that nothing is left out', () => {
    const ci = readFileSync(at('.ci/run'), 'utf8');
    expect(ci).toMatch(/^tests test npm test$/m);
    expect(ci).toMatch(/^tests test:deep npm run --silent test:deep$/m);
    const { scripts } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
    expect([scripts.test, scripts['test:deep']]).toEqual([
      expect.stringMatching(/run\.mjs quick$/),
      expect.stringMatching(/run\.mjs deep$/),
    ]);
  });
});
