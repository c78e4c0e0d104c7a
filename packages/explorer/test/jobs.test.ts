import type { MemoryModelName, Program } from '@racewalk/core/step';
import { explore } from '@racewalk/explorer';
import { expect, test } from 'vitest';
import { inPieces } from './brute/pieces.js';
import { type Flavour, randomCode } from './brute/random-code.js';
import { toProgram } from './brute/steps.js';
import { flags } from './models/flags.js';
import { teardown } from './models/teardown.js';

const FLAVOURS: readonly Flavour[] = ['mixed', 'locks', 'waits', 'atomics', 'ors', 'stores'];
/** More with `RACEWALK_JOB_SEEDS`. */
const SEEDS = Number(process.env.RACEWALK_JOB_SEEDS ?? 30);
const CASES = FLAVOURS.flatMap((flavour) =>
  (['sc', 'tso'] as const).map((memory) => [flavour, memory] as const),
);

test.each(CASES)('random programs in pieces, %s, %s: every class of schedules once', (flavour, memory) => {
  let sum = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const program = toProgram(randomCode(seed, flavour), memory as MemoryModelName);
    const whole = explore(program, { stopAtFirst: false, bounds: { executions: 400 } });
    if (whole.verdict !== 'exhausted') continue;
    const pieces = inPieces(program, seed, 1 + (seed % 5), 1 + (seed % 4));
    const { executions, deadlocks, blocked } = pieces;
    expect([seed, executions, deadlocks, blocked]).toEqual([seed, whole.executions, whole.deadlocks, 0]);
    sum += executions;
  }
  expect(sum).toBeGreaterThan(0);
});

test.each<[string, Program, number]>([
  ['F(4)', flags(4), 1_536],
  ['T2(8,2)', teardown(8, 2), 3_572],
])('%s in pieces: the pinned count', (_, program, count) => {
  const { executions, blocked } = inPieces(program, 1, 50, 3);
  expect([executions, blocked]).toEqual([count, 0]);
});
