import { assertCell, plan } from '@racewalk/conformance';
import { faultingToy as flat, addingToy as toy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { accessFlagRaces } from '../src/index.js';

describe.each([toy, flat])('on $id', (arch) => {
  const { cells } = plan([arch], accessFlagRaces);
  it.each(cells.map((cell) => [`${cell.test} ${cell.variant}`, cell] as const))('%s', async (_name, cell) => {
    const result = await assertCell(cell, { shrinkStates: 0, ms: 20_000 });
    expect(result.executions).toBeGreaterThan(0);
  });
});
