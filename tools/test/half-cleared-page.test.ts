import { readFileSync } from 'node:fs';
import { CATALOGUE } from '@racewalk/cli';
import { PTE_OPS } from '@racewalk/core';
import { halfClearedTable } from '@racewalk/feature-contpte-teardown';
import { describe, expect, it } from 'vitest';
import { halfClearedPage, PAGE } from '../docs/half-cleared-page.mjs';

const arm64 = CATALOGUE.archs.find((arch) => arch.id === 'arm64-contpte')!;
const { rows, states } = halfClearedTable(arm64);
const verdictsOf = (name: string) => new Set(rows.find((row) => row.name === name)?.verdicts);

describe('docs/half-cleared.md', () => {
  it('is what the runs come to (npm run docs:half-cleared rewrites it)', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(halfClearedPage(CATALOGUE.archs, halfClearedTable));
  });

  it('has every operation in every state', () => {
    // The commit belongs to the start, and is in its row, too.
    expect(new Set(rows.map((row) => row.op))).toEqual(new Set(PTE_OPS));
    expect(states).toHaveLength(14);
    for (const row of rows) expect(row.verdicts).toHaveLength(14);
  });

  it.each([
    'ptep_get_and_clear',
    'set_pte_at (same value)',
    'ptep_set_wrprotect',
    'pte_clear',
    'ptep_set_access_flags (write)',
  ])('%s maps cleared entries again in every state', (name) =>
    expect(verdictsOf(name)).toEqual(new Set(['M'])),
  );

  it.each([
    'ptep_get',
    'ptep_get_and_clear_full',
    'ptep_test_and_clear_young',
    'set_pte_at (marker, where cleared)',
  ])('%s is right in every state', (name) => expect(verdictsOf(name)).toEqual(new Set(['.'])));

  it('knows the reader of Linux 6.12, which waits for a whole block', () => {
    expect(verdictsOf('ptep_get_lockless (Linux 6.12)')).toEqual(new Set(['W']));
  });
});
