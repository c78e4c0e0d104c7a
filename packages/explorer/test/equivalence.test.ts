import { explore } from '@racewalk/explorer';
import { expect, test } from 'vitest';
import { countTeardown } from './brute/teardown-graphs.js';
import { teardown } from './models/teardown.js';

test.each([
  [8, 1, 52],
  [4, 2, 494],
  [2, 3, 1840],
  [3, 3, 7284],
  [4, 3, 20_480],
])('T2(%i,%i): as many executions as classes of schedules, and as execution graphs', (n, w, count) => {
  expect(countTeardown(n, w)).toEqual({ classes: count, graphs: count });
  expect(explore(teardown(n, w))).toMatchObject({ verdict: 'exhausted', executions: count, blocked: 0 });
});

test('a failed exchange taken for a store gives too many, and no model with fewer than 3 walkers shows it', () => {
  expect(countTeardown(8, 1, true)).toEqual({ classes: 52, graphs: 52 });
  expect(countTeardown(4, 2, true)).toEqual({ classes: 494, graphs: 494 });
  expect(countTeardown(2, 3, true)).toEqual({ classes: 1888, graphs: 1840 });
});
