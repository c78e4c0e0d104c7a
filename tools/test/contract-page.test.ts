import { readFileSync } from 'node:fs';
import { CATALOGUE } from '@racewalk/cli';
import * as core from '@racewalk/core';
import { expect, it } from 'vitest';
import { answersOf, contractPage, PAGE } from '../docs/contract-page.mjs';

it('docs/contract.md is what the table says (npm run docs:contract rewrites it)', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(
    contractPage(core.CONTRACT, core.CAPABILITIES, answersOf(core, CATALOGUE.archs)),
  );
});
