import { atomic, CellTable, type Program, write } from '@racewalk/core/step';
import { estimate, explore, Frontier, JobRunner } from '@racewalk/explorer';
import { expect, test } from 'vitest';
import { enumerate, rulesFor } from './brute/enumerate.js';
import { type Flavour, randomCode } from './brute/random-code.js';
import { toProgram } from './brute/steps.js';
import { compareTwins, TWINS, withTwins } from './brute/twins.js';
import { teardown } from './models/teardown.js';

const SEEDS = Number(process.env.RACEWALK_TWIN_SEEDS ?? 100);

test.each<[Flavour, boolean]>([
  ['mixed', false],
  ['locks', false],
  ['waits', false],
  ['atomics', false],
  ['ors', false],
  ['stores', true],
  ['mixed', true],
])('random programs with twins, %s, tso %s: every class of schedules or its mirror image', (flavour, tso) => {
  let all = 0;
  let explored = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const code = withTwins(randomCode(seed, flavour));
    const rules = rulesFor(code, tso, 1500);
    const every = rules === null ? null : enumerate(rules, 1500);
    if (rules === null || every === null) continue;
    const twins = compareTwins(rules, every);
    expect([seed, twins.wrong]).toEqual([seed, '']);
    all += every.traces.size;
    explored += twins.explored;
  }
  // One of two at best; where twins store the same first, both are explored.
  expect(explored / all).toBeLessThan(0.8);
});

// The first column is what GenMC counts with its walkers declared interchangeable.
test.each([
  [16_564, 16, 2],
  [55_448, 8, 3],
  [3_606, 4, 3],
])('%d executions of T2(%d,%d) with interchangeable walkers, none redundant', (executions, n, w) => {
  const report = explore(teardown(n, w, { symmetric: true }));
  expect([report.verdict, report.executions, report.blocked]).toEqual(['exhausted', executions, 0]);
});

test('in pieces, too, one of every pair of mirror images is enough', () => {
  for (let seed = 0; seed < 80; seed++) {
    const program = { ...toProgram(withTwins(randomCode(seed, 'mixed')), 'sc'), symmetric: TWINS };
    const whole = explore(program, { stopAtFirst: false, bounds: { executions: 300 } });
    if (whole.verdict !== 'exhausted') continue;
    const frontier = new Frontier();
    const runner = new JobRunner(program, { stopAtFirst: false });
    while (!frontier.done) frontier.answer(runner.run(frontier.next(2)!), 10);
    expect([seed, frontier.counts.executions]).toEqual([seed, whole.executions]);
  }
});

test('threads that wait for the stores of each other are not alike, and both searches and the estimate say so', () => {
  const table = new CellTable();
  const cells = [0, 1].map((i) => table.add({ name: `x${i}`, initial: 0 }));
  const program = (memory: Program['memory'], symmetric: number[][]): Program => ({
    name: 'drains',
    cells: table.cells,
    memory,
    symmetric,
    threads: cells.map((cell, i) => ({
      name: `t${i}`,
      interruptible: true,
      *body() {
        yield* write(cell, 1);
        yield* atomic([cell], () => 0, '', { drains: [1 - i] });
      },
    })),
  });
  for (const strategy of ['dpor', 'stateful'] as const) {
    expect(explore(program('tso', []), { strategy }).verdict).toBe('exhausted');
    expect(() => explore(program('tso', [[0, 1]]), { strategy })).toThrow(
      expect.objectContaining({ code: 'E_SYMMETRIC', message: expect.stringMatching(/^t0 waits for .* t1/) }),
    );
    // No store waits there.
    expect(explore(program('sc', [[0, 1]]), { strategy }).verdict).toBe('exhausted');
  }
  expect(() => estimate(program('tso', [[0, 1]]))).toThrow(/declared alike/);
});
