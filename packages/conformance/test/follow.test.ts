/** The schedule of a token elsewhere: the same where nothing differs, and never a step that the program cannot take. */

import { choose, write } from '@racewalk/core/step';
import { replay } from '@racewalk/explorer';
import { buildScenario, defineBareScenario } from '@racewalk/machine';
import { toyArch } from '@racewalk/toys';
import { decodeToken, type Trace } from '@racewalk/trace';
import { expect, test } from 'vitest';
import { followToken, type MatrixCell, plan, runCell } from '../src/matrix/index.js';
import { traceOf } from '../src/matrix/replay/record.js';
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

test('takes the alternatives that were taken', async () => {
  const race = defineBareScenario<number>({
    id: 'toy/second-alternative',
    title: 'Two choices',
    source: 'the suite itself',
    about: '',
    invariants: ['LIVE'],
    setup: (w) => w.word('word'),
    agents: {
      one: {
        cpu: 0,
        role: 'kernel',
        *run(_m, cell) {
          const first = yield* choose(3, 'first');
          const second = yield* choose(2, 'second');
          yield* write(cell, 10 * first + second, { op: 'store', text: 'store' });
        },
      },
    },
    mutants: { none: { what: '', breaks: 'LIVE', why: '', agents: {} } },
    sizes: [],
    params: {},
  });
  const built = buildScenario(race, toy);
  const path = [0, ~2, 0, ~1, 0];
  const recording = replay(built.program, path);
  expect(recording.divergence).toBeUndefined();
  const { token } = traceOf({ scenario: race, built, variant: 'upstream', memory: 'sc', path, recording });
  const there = { scenario: race, plugin: toy };
  const followed = followToken(decodeToken(token ?? ''), there, { ...there, variant: 'upstream' });
  expect(followed.events.flatMap(({ choice }) => choice ?? [])).toEqual([2, 1]);
  expect(followed.events.at(-1)?.cells[0]?.now).toBe(21);
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
