/** The schedule of a token elsewhere: the same where nothing differs, and never a step that the program cannot take. */

import { replay } from '@racewalk/explorer';
import { buildScenario } from '@racewalk/machine';
import { toyArch } from '@racewalk/toys';
import { decodeToken, type Trace } from '@racewalk/trace';
import { expect, test } from 'vitest';
import { followToken, type MatrixCell, plan, runCell } from '../src/matrix/index.js';
import { zapVsStore } from './toy-races.js';

const toy = toyArch();
const parts = { scenario: zapVsStore, plugin: toy };
const broken = plan([toy], [zapVsStore], { variant: 'mutants' }).cells.filter(({ expected }) =>
  expected.startsWith('violates'),
);

async function found(cell: MatrixCell): Promise<Trace> {
  const { trace } = await runCell(cell);
  if (trace?.token === undefined) throw new Error(`${cell.variant} holds`);
  return trace;
}

test.each(broken)('followed to itself, a counterexample of $variant is the same', async (cell) => {
  const trace = await found(cell);
  const again = followToken(decodeToken(trace.token ?? ''), parts, { ...parts, variant: cell.variant });
  expect(again.events.map(({ agent, label }) => [agent, label])).toEqual(
    trace.events.map(({ agent, label }) => [agent, label]),
  );
  expect(again.fault).toEqual(trace.fault);
});

test.each(broken)(
  'followed to the race as it is meant to be, $variant ends, and nothing breaks',
  async (cell) => {
    const trace = await found(cell);
    const there = followToken(decodeToken(trace.token ?? ''), parts, { ...parts, variant: 'upstream' });
    expect(there.fault).toBeNull();
    const { path } = decodeToken(there.token ?? '');
    const { program } = buildScenario(zapVsStore, toy, 'upstream', there.params);
    const { complete, divergence } = replay(program, path);
    expect(divergence).toBeUndefined();
    expect(complete).toBe(true);
  },
);
