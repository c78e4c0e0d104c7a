import { assertCell, plan } from '@racewalk/conformance';
import { describe, expect, it } from 'vitest';
import { asDirtyRaces } from '../src/index.js';
import { flat, toy, tracking } from './toy.js';

describe.each([toy, flat, tracking])('on $id', (arch) => {
  const { cells } = plan([arch], asDirtyRaces);
  const applicable = cells.filter((cell) => cell.expected !== 'not-applicable');
  it.each(applicable.map((cell) => [`${cell.test} ${cell.variant}`, cell] as const))(
    '%s',
    async (_name, cell) => {
      const result = await assertCell(cell, { shrinkStates: 0, ms: 20_000 });
      expect(result.executions).toBeGreaterThan(0);
    },
  );
});
