import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { riscv64, riscv64Svade } from '../src/index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the README lists what is omitted', () => {
  const list = readme.split('## What is omitted')[1]?.split('\n## ')[0] ?? '';
  const items = [...list.matchAll(/^- (.+)$/gm)].map((match) => match[1]);
  expect(items).toEqual([...riscv64.omits]);
  expect(riscv64Svade.omits).toBe(riscv64.omits);
});

test('the README lists every mutant', () => {
  for (const { id, mutants = [] } of [riscv64, riscv64Svade]) {
    expect(mutants.length).toBeGreaterThan(0);
    for (const { name, tests, breaks } of mutants) {
      const row = `| \`${name}\` | \`${id}\` | ${breaks} | ${tests.map((t) => `\`${t}\``).join(', ')} |`;
      expect(readme).toContain(row);
    }
  }
});
