import { explore, Frontier, JobRunner } from '@racewalk/explorer';
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
