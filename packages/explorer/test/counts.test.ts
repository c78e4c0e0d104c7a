import type { Program } from '@racewalk/core/step';
import { explore } from '@racewalk/explorer';
import { expect, test } from 'vitest';
import { flags } from './models/flags.js';
import { teardown } from './models/teardown.js';
import { unkeyed } from './models/unkeyed.js';

test.each([
  ['T2(4,1)', teardown(4, 1), 18],
  ['T2(8,1)', teardown(8, 1), 52],
  ['T2(4,2)', teardown(4, 2), 494],
  ['T2(8,2)', teardown(8, 2), 3572],
  ['T2(16,2)', teardown(16, 2), 33096],
  ['F(4)', flags(4), 1536],
  ['F(5)', flags(5), 122880],
])('%s: exact number of executions, none blocked', (_, program, executions) => {
  const report = explore(program);
  expect(report).toMatchObject({ verdict: 'exhausted', executions, blocked: 0, deadlocks: 0 });
});

test.each<[string, Program]>([
  ['T2(4,2)', teardown(4, 2)],
  ['F(4)', flags(4)],
])('%s: keys change the size of the automata and nothing else', (_, program) => {
  const keyed = explore(program);
  const plain = explore(unkeyed(program));
  expect(plain.nodes).toBeGreaterThan(keyed.nodes);
  expect(plain).toMatchObject({ verdict: 'exhausted', executions: keyed.executions, steps: keyed.steps });
});
