import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loongarch64, loongarch64Ptw } from '../src/index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the README lists what is omitted', () => {
  const list = readme.split('## What is omitted')[1]?.split('\n## ')[0] ?? '';
  const [both = '', ptw = ''] = list.split('`loongarch64-ptw` also:');
  const items = (text: string) => [...text.matchAll(/^- (.+)$/gm)].map((match) => match[1]);
  expect(items(both)).toEqual([...loongarch64.omits]);
  expect([...items(both), ...items(ptw)]).toEqual([...loongarch64Ptw.omits]);
});

test('the README lists every mutant', () => {
  for (const { name, tests, breaks } of loongarch64Ptw.mutants ?? []) {
    const whose = loongarch64.mutants?.some((mutant) => mutant.name === name) ? 'both' : '`loongarch64-ptw`';
    const row = `| \`${name}\` | ${whose} | ${breaks} | ${tests.map((t) => `\`${t}\``).join(', ')} |`;
    expect(readme).toContain(row);
  }
});
