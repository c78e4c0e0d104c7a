/** The examples of docs/address-spaces.md: each block is a whole file, holds as it stands, and its mutants are caught. */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { assertCell, plan } from '@racewalk/conformance';
import type { Scenario } from '@racewalk/machine';
import { afterAll, expect, it } from 'vitest';
import { TOYS } from './toys.js';

const page = fs.readFileSync(path.join(import.meta.dirname, '../../../docs/address-spaces.md'), 'utf8');
const blocks = [...page.matchAll(/^```js\n(.*?)^```$/gms)].map(([, text]) => text ?? '');
const dir = fs.mkdtempSync(path.join(import.meta.dirname, 'tmp-'));
afterAll(() => fs.rmSync(dir, { recursive: true }));

it('has an example for every part', () => {
  expect(blocks).toHaveLength(5);
});

it.each(blocks.map((text, i) => [i + 1, text] as const))('example %i runs as written', async (i, text) => {
  const file = path.join(dir, `example-${i}.mjs`);
  fs.writeFileSync(file, text);
  const exported = (await import(pathToFileURL(file).href)) as Readonly<Record<string, Scenario>>;
  const { cells } = plan(TOYS, Object.values(exported));
  let broken = 0;
  for (const cell of cells) {
    const result = await assertCell(cell, { shrinkStates: 0, ms: 20_000 });
    if (result.verdict === 'violates') broken++;
  }
  expect(cells.length).toBeGreaterThanOrEqual(2 * TOYS.length);
  expect(broken).toBeGreaterThanOrEqual(TOYS.length);
});
