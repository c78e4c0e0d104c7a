import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { arm64Contpte, arm64ContpteSw } from '../src/index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the README lists what is omitted, and every mutant', () => {
  const listed = readme.split('## What is omitted')[1]?.split('## Sources')[0] ?? '';
  const items = [...listed.matchAll(/^- (.+)$/gm)].map((match) => match[1]);
  expect(items).toEqual([...arm64Contpte.omits]);
  expect(arm64ContpteSw.omits).toEqual(arm64Contpte.omits);
  for (const { name, tests, breaks } of arm64Contpte.mutants ?? []) {
    expect(readme).toContain(`| \`${name}\` | ${breaks} | ${tests.map((t) => `\`${t}\``).join(', ')} |`);
  }
});
