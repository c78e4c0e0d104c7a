import { readFileSync } from 'node:fs';
import { CATALOGUE } from '@racewalk/cli';
import { costTable, formatCostTable } from '@racewalk/feature-contpte-teardown';
import { describe, expect, it } from 'vitest';
import { costsPage, PAGE } from '../docs/costs-page.mjs';

describe('docs/costs.md', () => {
  it('is what is counted (npm run docs:costs rewrites it)', () => {
    const sections = CATALOGUE.archs.map((arch) => {
      const { id, title } = arch;
      return { id, title, table: formatCostTable(costTable(arch)) };
    });
    expect(readFileSync(PAGE, 'utf8')).toBe(costsPage(sections));
  });

  it('agrees with the README of the teardown tests', () => {
    const readme = new URL('../../packages/feature-contpte-teardown/README.md', import.meta.url);
    const shown = readFileSync(readme, 'utf8')
      .split('\n')
      .filter((line) => /^\|[^|]*\| (4|16) \|/.test(line))
      .map((line) => line.split('|').slice(2, -1).map(Number));
    const arm64 = CATALOGUE.archs
      .filter((arch) => arch.id === 'arm64-contpte')
      .flatMap((arch) => costTable(arch));
    const counted = arm64
      .filter(({ operation }) => operation.startsWith('teardown'))
      .map(({ block, cost: c }) => [
        block,
        c.reads,
        c.writes,
        c.exchanges,
        c.compareExchanges,
        c.invalidations,
        c.barriers,
      ]);
    expect(shown).toEqual(counted);
  });
});
