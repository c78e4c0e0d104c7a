import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { softDirtyX86_64, x86_64, x86Pae } from '../src/index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the README lists what is omitted, and every mutant', () => {
  const listed = readme.split('## What is omitted')[1]?.split('## Sources')[0] ?? '';
  const [both = '', rest = ''] = listed.split('`x86-pae` also:');
  const [pae = '', tracking = ''] = rest.split('`soft-dirty-x86-64`:');
  const items = (text: string) => [...text.matchAll(/^- (.+)$/gm)].map((match) => match[1]);
  expect(items(both)).toEqual([...x86_64.omits]);
  expect([...items(both), ...items(pae)]).toEqual([...x86Pae.omits]);
  expect(items(tracking)).toEqual([...softDirtyX86_64.omits]);
  for (const { name, tests, breaks } of x86Pae.mutants ?? []) {
    const plugin = x86_64.mutants?.some((mutant) => mutant.name === name) ? 'both' : '`x86-pae`';
    expect(readme).toContain(
      `| \`${name}\` | ${plugin} | ${breaks} | ${tests.map((t) => `\`${t}\``).join(', ')} |`,
    );
  }
});
