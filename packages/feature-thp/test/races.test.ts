import { assertCell, plan } from '@racewalk/conformance';
import { blockToy, flatToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { thpRaces } from '../src/index.js';

describe.each([blockToy, flatToy])('on $id', (arch) => {
  const { cells } = plan([arch], thpRaces);
  it.each(cells.map((cell) => [`${cell.test} ${cell.variant}`, cell] as const))('%s', async (_name, cell) => {
    const result = await assertCell(cell, { shrinkStates: 0, ms: 20_000 });
    if (cell.expected !== 'not-applicable') expect(result.executions).toBeGreaterThan(0);
  });
});
