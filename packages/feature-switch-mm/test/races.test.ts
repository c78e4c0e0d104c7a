import { assertCell, plan } from '@racewalk/conformance';

import { describe, expect, it } from 'vitest';
import { switchMmRaces } from '../src/index.js';
import { TOYS, untagged } from './toys.js';

describe.each([...TOYS, untagged])('on $id', (arch) => {
  const { cells } = plan([arch], switchMmRaces);
  it.each(cells.map((cell) => [`${cell.test} ${cell.variant}`, cell] as const))('%s', async (_name, cell) => {
    const result = await assertCell(cell, { shrinkStates: 0, ms: 20_000 });
    expect(result.executions > 0 || result.verdict === 'not-applicable').toBe(true);
  });
});
