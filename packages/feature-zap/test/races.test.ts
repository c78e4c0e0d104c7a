import { assertCell, plan } from '@racewalk/conformance';
import { describe, expect, it } from 'vitest';
import { zapRaces } from '../src/index.js';
import { broadcast, halves } from './toy.js';

describe.each([halves, broadcast])('on $id', (arch) => {
  const { cells } = plan([arch], zapRaces);
  const runs = cells.filter((cell) => cell.expected !== 'not-applicable');
  it.each(runs.map((cell) => [`${cell.test} ${cell.variant}`, cell] as const))('%s', async (_name, cell) => {
    const result = await assertCell(cell, { shrinkStates: 0, ms: 20_000 });
    expect(result.executions).toBeGreaterThan(0);
  });
});

describe('verdicts', () => {
  it('are of three kinds: torn value, freed page, freed table', () => {
    const codes = (prefix: string) =>
      new Set(
        zapRaces
          .filter((s) => s.id.startsWith(prefix))
          .flatMap((s) => Object.values(s.mutants).map((m) => m.breaks)),
      );
    expect([...codes('gup/aba')]).toEqual(['TORN']);
    expect([...codes('gup/zap-and-free'), ...codes('gup/collapse')]).toEqual(['UAF', 'UAF']);
    expect([...codes('gup/table-free')]).toEqual(['PTUAF']);
  });
});
