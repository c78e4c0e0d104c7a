import { type Cell, plan } from '@racewalk/conformance';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';
import { ExpectedWork, estimatesOf, estimateText, RunningCell, shareText } from '../src/render/expected.js';
import { run } from './run.js';

const { archs, scenarios } = CATALOGUE;

function cell(): Cell {
  const filter = { test: 'contpte/teardown-stash-next', archs: ['x86-64'], variant: 'upstream' };
  const [found] = plan(archs, scenarios, filter).cells;
  if (found === undefined) throw new Error('no such cell');
  return found;
}

const guess = (mean: number) => ({ mean, sd: 0, samples: 1, steps: 10, exact: false });

describe('what is expected', () => {
  it('is said exactly where it is known, and with its error where not', () => {
    expect(estimateText({ mean: 672, sd: 0, samples: 9, steps: 24.4, exact: true })).toBe(
      '672 executions of 24 steps',
    );
    expect(estimateText({ mean: 323_456, sd: 32_345, samples: 3, steps: 95, exact: false })).toBe(
      'about 320 000 executions of 95 steps, ± 10 %',
    );
  });

  it('is one estimate for each size', () => {
    const sizes = cell().sizes.length;
    expect(sizes).toBeGreaterThan(1);
    expect(estimatesOf(cell())).toHaveLength(sizes);
  });

  it('is exact for a small race, and then what is explored', async () => {
    const argv = ['access-flags/set-vs-walker', '--arch', 'x86-64'];
    const { out } = await run(['estimate', ...argv]);
    const [, executions] = /^x86-64 +([\d ]+) executions of [\d ]+ steps/.exec(out) ?? [];
    expect((await run(['explore', ...argv])).out).toContain(`estimate  ${executions} executions of `);
  });
});

describe('the share that is done', () => {
  it('grows over all sizes and says how long it will still take', () => {
    const work = new ExpectedWork([guess(1000), guess(3000)]);
    expect(work.share(100, 100)).toEqual({ executions: 100, expected: 4000, remaining: 0 });
    expect(work.share(200, 200)).toEqual({ executions: 200, expected: 4000, remaining: 3800 });
    // The first size had more than was thought; the clock of the second starts anew.
    work.share(1200, 1200);
    expect(work.share(100, 100)).toEqual({ executions: 1300, expected: 4200, remaining: 2900 });
    expect(shareText(work.share(1500, 1500))).toBe('2 700 of about 4 200 executions (64 %)');
  });

  it('is never more than all of it', () => {
    const work = new ExpectedWork([guess(10)]);
    expect(shareText(work.share(25, 1))).toBe('25 of about 25 executions (100 %)');
  });

  it('in a run of many cells: of the one that takes long', () => {
    const running = new RunningCell();
    const progress = { cells: 2, cell: cell(), remaining: null };
    expect(running.share({ ...progress, done: 0, executions: 50, ms: 500 })).toBeNull();
    expect(running.share({ ...progress, done: 1, executions: 100, ms: 1000 })).toBeNull();
    expect(running.share({ ...progress, done: 1, executions: 110, ms: 2000 })).toBeNull();
    expect(running.share({ ...progress, done: 1, executions: 120, ms: 3000 })?.executions).toBe(20);
  });
});
