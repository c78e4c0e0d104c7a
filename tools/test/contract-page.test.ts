import { readFileSync } from 'node:fs';
import { CAPABILITIES, CONTRACT } from '@racewalk/core';
import { expect, it } from 'vitest';
import { contractPage, PAGE } from '../docs/contract-page.mjs';

it('docs/contract.md is what the table says (npm run docs:contract rewrites it)', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(contractPage(CONTRACT, CAPABILITIES));
});
