import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { swAccessDirty, swDirty } from '../src/index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const omitted = readme.split('## What is omitted')[1]?.split('## Sources')[0] ?? '';

test.each([swDirty, swAccessDirty])('the README lists what $id omits', (arch) => {
  const list = omitted.split(`\`${arch.id}\`:`)[1]?.split(/^`/m)[0] ?? '';
  expect([...list.matchAll(/^- (.+)$/gm)].map((match) => match[1])).toEqual([...arch.omits]);
});
