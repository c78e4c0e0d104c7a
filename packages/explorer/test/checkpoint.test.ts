import type { Program } from '@racewalk/core/step';
import { type Checkpoint, type ExploreOptions, explore, type Report } from '@racewalk/explorer';
import { expect, test } from 'vitest';
import { randomCode } from './brute/random-code.js';
import { toProgram } from './brute/steps.js';
import { flags } from './models/flags.js';
import { teardown } from './models/teardown.js';

const COUNTS = ['verdict', 'executions', 'blocked', 'steps', 'deadlocks'] as const;

function counts(report: Report): unknown[] {
  return COUNTS.map((name) => report[name]);
}

/** Explore a few executions at a time, through JSON, until done. */
function inPieces(program: Program, size: number, options: ExploreOptions = {}): Report {
  let resume: Checkpoint | undefined;
  for (let most = size; ; most += size) {
    const report = explore(program, {
      ...options,
      bounds: { executions: most },
      ...(resume === undefined ? {} : { resume }),
    });
    if (report.verdict !== 'bounded') return report;
    resume = JSON.parse(JSON.stringify(report.checkpoint)) as Checkpoint;
  }
}

test.each<[string, Program, number]>([
  ['T2(4,2)', teardown(4, 2), 37],
  ['F(4)', flags(4), 101],
])('%s in pieces gives the same counts', (_, program, size) => {
  expect(counts(inPieces(program, size))).toEqual(counts(explore(program)));
});

test('random programs in pieces give the same counts', () => {
  for (let seed = 0; seed < 60; seed++) {
    for (const memory of ['sc', 'tso'] as const) {
      const program = toProgram(randomCode(seed, 'mixed'), memory);
      const whole = explore(program, { stopAtFirst: false, bounds: { executions: 500 } });
      if (whole.verdict !== 'exhausted') continue;
      expect(counts(inPieces(program, 7, { stopAtFirst: false }))).toEqual(counts(whole));
    }
  }
});

test('an interrupted search goes on', () => {
  const signal = { aborted: false };
  let calls = 0;
  const options: ExploreOptions = {
    signal,
    progressEveryMs: 1,
    onProgress: (progress) => {
      calls++;
      signal.aborted = progress.executions > 1000;
    },
  };
  const first = explore(flags(5), options);
  expect(calls).toBeGreaterThan(0);
  if (first.verdict !== 'interrupted') throw new Error(first.verdict);
  const second = explore(flags(5), { resume: first.checkpoint });
  expect(counts(second)).toEqual(counts(explore(flags(5))));
});

test('a checkpoint of another program is refused', () => {
  const report = explore(flags(4), { bounds: { executions: 10 } });
  if (report.verdict !== 'bounded' || report.checkpoint === undefined) throw new Error('no checkpoint');
  expect(() => explore(flags(5), { resume: report.checkpoint! })).toThrow('another program');
});
