import type { Program } from '@racewalk/core/step';
import { estimate } from '@racewalk/explorer';
import { describe, expect, it, test } from 'vitest';
import { Sweeper } from '../src/estimate/sweep.js';
import { thin } from '../src/estimate/thin.js';
import { executionOf } from '../src/models/table.js';
import { Automata, RestartSignal } from '../src/program/automata.js';
import { Prng } from '../src/searches/sampling/prng.js';
import { enumerate, rulesFor } from './brute/enumerate.js';
import { type Flavour, randomCode } from './brute/random-code.js';
import { toProgram } from './brute/steps.js';
import { flags } from './models/flags.js';
import { teardown } from './models/teardown.js';
import { teardownOnce } from './models/teardown-once.js';

const BENCH: [string, Program, number][] = [
  ['T(8,2)', teardownOnce(8, 2), 672],
  ['T(16,2)', teardownOnce(16, 2), 2504],
  ['T(8,3)', teardownOnce(8, 3), 21_643],
  ['T2(16,1)', teardown(16, 1), 168],
  ['T2(4,2)', teardown(4, 2), 494],
  ['T2(8,2)', teardown(8, 2), 3572],
  ['T2(12,2)', teardown(12, 2), 12_754],
  ['T2(16,2)', teardown(16, 2), 33_096],
  ['T2(8,3)', teardown(8, 3), 324_472],
  ['T2(16,2), walkers alike', teardown(16, 2, { symmetric: true }), 16_564],
  ['T2(8,3), walkers alike', teardown(8, 3, { symmetric: true }), 55_448],
  ['F(4)', flags(4), 1536],
  ['F(5)', flags(5), 122_880],
  ['F(6)', flags(6), 23_592_960],
];

test.each(BENCH)('%s: a handful of sweeps is within a factor of 3', (_, program, executions) => {
  for (const seed of [1, 2]) {
    const { mean } = estimate(program, { ms: 0, samples: 4, seed });
    expect(mean).toBeGreaterThan(executions / 3);
    expect(mean).toBeLessThan(executions * 3);
  }
});

test('a sweep that is wide enough is exact where no search is: F(6)', () => {
  const { mean, sd, exact, steps } = estimate(flags(6), { ms: 0, samples: 10 });
  expect([mean, sd, exact]).toEqual([23_592_960, 0, true]);
  expect(steps).toBeCloseTo(19.5);
});

test('a search that ends in the time given is exact', () => {
  const found = estimate(flags(4), { ms: 60_000 });
  expect(found).toMatchObject({ exact: true, mean: 1536, samples: 1536, sd: 0 });
});

test('without any time there are still two sweeps', () => {
  const { exact, samples, sd, mean } = estimate(flags(6), { ms: 0 });
  expect({ exact, samples }).toEqual({ exact: false, samples: 1 });
  expect(sd).toBe(mean);
});

/** The number of executions of an unthinned sweep, repeated until it meets nothing new. */
function swept(program: Program): number {
  const auto = new Automata(program, program.memory);
  auto.start();
  for (;;) {
    try {
      const sweeper = new Sweeper(executionOf(auto));
      for (let i = 0; ; i++) {
        const { exact, executions } = sweeper.run(1e6, 10_000, new Prng(1, i), () => false);
        if (exact) return executions;
      }
    } catch (error) {
      if (!(error instanceof RestartSignal)) throw error;
    }
  }
}

test.each<[Flavour, boolean]>([
  ['mixed', false],
  ['locks', false],
  ['waits', false],
  ['atomics', false],
  ['ors', false],
  ['stores', true],
  ['mixed', true],
])('random programs, %s, tso %s: an unthinned sweep counts what brute force counts', (flavour, tso) => {
  const wrong: string[] = [];
  for (let seed = 0, compared = 0; compared < 120; seed++) {
    const code = randomCode(seed, flavour);
    const rules = rulesFor(code, tso, 1000);
    const all = rules === null ? null : enumerate(rules, 1000);
    if (all === null) continue;
    compared++;
    const count = swept(toProgram(code, tso ? 'tso' : 'sc', () => undefined));
    if (count !== all.traces.size) wrong.push(`seed ${seed}: ${count} of ${all.traces.size}`);
  }
  expect(wrong).toEqual([]);
});

describe('thin', () => {
  it('keeps about as many as there is room for, and every expected weight', () => {
    const weights = [100, 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];
    const sums = weights.map(() => 0);
    const draws = 1000;
    for (let i = 0; i < draws; i++) {
      const thinned = Float64Array.from(weights);
      thin(thinned, 5, (i + 0.5) / draws);
      const kept = thinned.filter((weight) => weight > 0).length;
      expect(kept).toBeGreaterThanOrEqual(4);
      expect(kept).toBeLessThanOrEqual(6);
      thinned.forEach((weight, at) => {
        sums[at]! += weight;
      });
    }
    sums.forEach((sum, at) => {
      expect(Math.abs(sum / draws - weights[at]!)).toBeLessThan(0.05);
    });
  });

  it('leaves everything as it is where all are heavy', () => {
    const weights = Float64Array.of(5, 5, 5);
    thin(weights, 3, 0.5);
    expect([...weights]).toEqual([5, 5, 5]);
  });
});
