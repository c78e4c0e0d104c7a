import { readFileSync } from 'node:fs';
import { CATALOGUE } from '@racewalk/cli';
import * as suite from '@racewalk/conformance';
import * as base from '@racewalk/core';
import { expect, it } from 'vitest';
import { contractPage, lawsOf, PAGE } from '../docs/contract-page.mjs';

const core = { ...base, ...suite };

it('docs/contract.md is what the table says (npm run docs:contract rewrites it)', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(contractPage(core, CATALOGUE.archs));
});

it('says in words what each law claims, and what every plug-in answers', () => {
  const laws = lawsOf(core, CATALOGUE.archs);
  const silent = core.CONTRACT.filter((row) => row.law !== 'generic' && laws.get(row.op)?.length === 0);
  expect(silent.map((row) => row.op)).toEqual([]);
  const page = readFileSync(PAGE, 'utf8');
  for (const { name } of core.KERNEL_TABLE) expect(page).toMatch(new RegExp(`\\| \`${name}\`( †)? \\|`));
});
