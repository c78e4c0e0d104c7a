/** Operation code that throws on some schedules: no search loses it, and it is shortened to the cheapest schedule. */
import { CellTable, choose, type Program, read, write } from '@racewalk/core/step';
import { explore, replay } from '@racewalk/explorer';
import { describe, expect, it, test } from 'vitest';
import { rulesFor } from './brute/enumerate.js';
import { compareThrows } from './brute/throws.js';
import { FLAVOURS, trialOf } from './brute/trial.js';

const PROGRAMS = 12;
const LIMIT = 600;

test.each(FLAVOURS.map((flavour) => [flavour]))('random programs that throw, %s', (flavour) => {
  const wrong: string[] = [];
  for (let number = 0, compared = 0; compared < PROGRAMS; number++) {
    const { code, order, keyed } = trialOf(number, [flavour]);
    const rules = rulesFor(code, order === 'tso', LIMIT);
    const found = rules === null ? null : compareThrows(rules, number, keyed);
    if (found === null) continue;
    compared++;
    if (found !== '') wrong.push(`${flavour} ${number}: ${found}`);
  }
  expect(wrong).toEqual([]);
});

describe('choose', () => {
  /** One thread picks, another stores, so that picks and stores interleave. */
  const picking = (n: number, bad: number): Program => {
    const table = new CellTable();
    const x = table.add({ name: 'x', initial: 0 });
    return {
      name: 'picks',
      cells: table.cells,
      memory: 'sc',
      threads: [
        {
          name: 'picks',
          *body() {
            const picked = yield* choose(n, 'page');
            const seen = yield* read(x);
            if (picked === bad && seen === 1) throw new RangeError(`page ${picked}`);
          },
        },
        {
          name: 'stores',
          *body() {
            yield* write(x, 1);
          },
        },
      ],
    };
  };

  it.each([1, 2, 30, 31, 32, 60, 61, 128, 512, 1000])('explores each of %i alternatives once', (n) => {
    const report = explore(picking(n, n));
    expect([report.verdict, report.executions, report.blocked]).toEqual(['exhausted', 2 * n, 0]);
  });

  it.each([
    [30, 29],
    [31, 30],
    [128, 0],
    [128, 100],
    [128, 127],
  ])('of %i alternatives, a fault in alternative %i is found and replayed', (n, bad) => {
    for (const strategy of ['dpor', 'stateful', 'bfs'] as const) {
      const report = explore(picking(n, bad), { strategy });
      if (report.verdict !== 'counterexample') throw new Error(`${strategy}: ${report.verdict}`);
      const { fault } = replay(picking(n, bad), report.counterexample.path);
      expect(fault?.message).toBe(`picks threw RangeError: page ${bad}`);
    }
  });

  it.each([0, -1, 1.5, Number.NaN, 4097])('refuses %d alternatives', (n) => {
    expect(() => choose(n)).toThrow(/1 to 4096 alternatives/);
  });
});
