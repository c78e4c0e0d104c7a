import { assertCell, plan } from '@racewalk/conformance';
import { describe, expect, it } from 'vitest';
import { forkBatchRaces } from '../src/index.js';
import { flat } from './toy.js';

describe.each([flat])('on $id', (arch) => {
  const { cells } = plan([arch], forkBatchRaces);
  it.each(cells.map((cell) => [`${cell.test} ${cell.variant}`, cell] as const))('%s', async (_name, cell) => {
    const result = await assertCell(cell, { shrinkStates: 0, ms: 20_000 });
    expect(result.executions).toBeGreaterThan(0);
  });
});
