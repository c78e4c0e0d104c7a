import { assertCell, plan } from '@racewalk/conformance';
import { describe, expect, it } from 'vitest';
import { contpteTeardownRaces } from '../src/index.js';
import { flat, toy } from './toy.js';

describe.each([toy, flat])('on $id', (arch) => {
  const { cells } = plan([arch], contpteTeardownRaces);
  const runs = cells.filter((cell) => cell.expected !== 'not-applicable');
  it.each(runs.map((cell) => [`${cell.test} ${cell.variant}`, cell] as const))('%s', async (_name, cell) => {
    const result = await assertCell(cell, { shrinkStates: 0, ms: 50_000 });
    expect(result.executions).toBeGreaterThan(0);
  });
});
