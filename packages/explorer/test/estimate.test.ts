import type { Program } from '@racewalk/core/step';
import { estimate } from '@racewalk/explorer';
import { expect, test } from 'vitest';
import { flags } from './models/flags.js';
import { teardown } from './models/teardown.js';

test.each<[string, Program, number]>([
  ['F(3)', flags(3), 48],
  ['F(4)', flags(4), 1536],
])('%s: the probes agree with the exact number', (_, program, executions) => {
  const { mean, sd, samples, exact } = estimate(program, { samples: 20_000, ms: 0 });
  // No time at all still allows one probe, so give the probes their time and the search none.
  expect([exact, samples]).toEqual([false, 1]);
  expect(mean).toBeGreaterThan(0);
  expect(sd).toBe(0);
  const long = estimate(program, { samples: 20_000, ms: 10_000 });
  expect(long).toMatchObject({ exact: true, mean: executions, sd: 0 });
});

test('T2(4,2) fits into the default time, F(6) does not', () => {
  expect(estimate(teardown(4, 2), { ms: 2000 })).toMatchObject({ exact: true, mean: 494 });
  const guess = estimate(flags(6), { ms: 300 });
  expect(guess.exact).toBe(false);
  expect(guess.mean).toBeGreaterThan(1e5);
  expect(guess.mean).toBeLessThan(1e10);
  expect(guess.steps).toBeGreaterThan(10);
});
