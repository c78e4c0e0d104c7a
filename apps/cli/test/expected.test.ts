import { type MatrixCell, plan } from '@racewalk/conformance/matrix';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';
import { createContext } from '../src/context.js';
import { processIo } from '../src/io.js';
import {
  ExpectedWork,
  estimatesOf,
  estimateText,
  RunningCell,
  RunningCells,
  shareText,
} from '../src/render/expected.js';
import { ProgressPrinter } from '../src/render/progress.js';
import { SteadyEnd } from '../src/render/steady.js';
import { run } from './run.js';

const { archs, scenarios } = CATALOGUE;
const context = createContext(processIo({ aborted: false }, new URL(import.meta.url)), CATALOGUE);

function cell(): MatrixCell {
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
    expect(shareText(work.share(10, 1))).toBe('10 of about 10 executions (100 %)');
    expect(shareText(work.share(25, 2))).toBe('25 executions, more than the about 10 expected');
  });

  it('in a run of many cells: of the one that takes long', () => {
    const running = new RunningCell();
    const progress = { cells: 2, cell: cell(), running: [], remaining: null };
    expect(running.share({ ...progress, done: 0, executions: 50, ms: 500 })).toBeNull();
    expect(running.share({ ...progress, done: 1, executions: 100, ms: 1000 })).toBeNull();
    expect(running.share({ ...progress, done: 1, executions: 110, ms: 2000 })).toBeNull();
    expect(running.share({ ...progress, done: 1, executions: 120, ms: 3000 })?.executions).toBe(20);
  });

  it('in a run with workers: of the one that will take longest', () => {
    const cells = new RunningCells();
    const [short, long] = [cell(), cell()];
    const progress = { done: 0, cells: 9, cell: short, executions: 0, remaining: null };
    const at = (ms: number, a: number, b: number) =>
      cells.share({
        ...progress,
        ms,
        running: [
          { cell: short, executions: a },
          { cell: long, executions: b },
        ],
      });
    expect(at(0, 0, 0)).toBeNull();
    at(2000, 5, 1);
    const found = at(3000, 300, 2);
    expect(found?.cell).toBe(long);
    expect(found?.share.executions).toBe(2);
    expect(cells.share({ ...progress, ms: 4000, running: [] })).toBeNull();
  });
});

describe('the line on the terminal', () => {
  const line = (text: string, columns: number) => {
    let shown = '';
    const err = (more: string) => {
      shown += more;
    };
    const io = { ...context.io, errIsTty: true, columns, err };
    const progress = { executions: 12_345, ms: 2_000 };
    new ProgressPrinter({ ...context, width: 80, io }).show({ text, progress, remaining: 3_000 });
    return shown.replace('\r\u001b[2K', '');
  };

  it('keeps the numbers and cuts the name', () => {
    expect(line('a/b arm64', 80)).toBe('a/b arm64 · 12 345 executions · 2.0 s');
    expect(line('x'.repeat(99), 80)).toMatch(/^x+… · 12 345 executions · 2\.0 s$/);
    expect(line('x'.repeat(99), 80)).toHaveLength(79);
    expect(line('x'.repeat(99), 30)).toHaveLength(29);
  });

  it('fits the terminal it is written to, which is not that of standard output', () => {
    let shown = '';
    const io = {
      ...context.io,
      errIsTty: true,
      columns: 200,
      errColumns: 40,
      err: (t: string) => (shown += t),
    };
    const progress = { executions: 12_345, ms: 2_000 };
    const printer = new ProgressPrinter({ ...context, io });
    printer.show({ text: 'x'.repeat(99), progress, remaining: null });
    printer.clear();
    expect(shown.split('\r\u001b[2K')[1]).toHaveLength(39);
  });

  it('moves every second, and is quiet where there is no terminal', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    try {
      const shown: string[] = [];
      const io = { ...context.io, errIsTty: true, columns: 80, err: (t: string) => void shown.push(t) };
      const printer = new ProgressPrinter({ ...context, io });
      const progress = { executions: 12, ms: 2_000 };
      printer.show({ text: 'a', progress, remaining: null });
      vi.advanceTimersByTime(3_000);
      expect(shown.map((text) => text.replace('\r\u001b[2K', ''))).toEqual([
        'a · 12 executions · 2.0 s',
        'a · 12 executions · 3.0 s',
        'a · 12 executions · 4.0 s',
        'a · 12 executions · 5.0 s',
      ]);
      printer.clear();
      vi.advanceTimersByTime(3_000);
      expect(shown).toHaveLength(5);
      const log: string[] = [];
      const quiet = { ...io, errIsTty: false, err: (t: string) => void log.push(t) };
      new ProgressPrinter({ ...context, io: quiet }).show({ text: 'a', progress, remaining: null });
      vi.advanceTimersByTime(3_000);
      expect(log).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('the time that is left', () => {
  /** What is shown each second of a run of `total` seconds, if at second `s` the estimate is `off(s)` times the truth. */
  const shownIn = (total: number, off: (s: number) => number) => {
    const end = new SteadyEnd();
    return Array.from({ length: total }, (_, s) => {
      const left = (total - s) * 1000;
      const shown = end.shown(s * 1000, left * off(s));
      return shown === null ? null : shown / left;
    });
  };

  it('is not shown in the first ten seconds, and then if estimates agree', () => {
    const ratios = shownIn(60, () => 1);
    expect(ratios.slice(0, 10).every((ratio) => ratio === null)).toBe(true);
    for (const ratio of ratios.slice(10)) expect(ratio).toBeCloseTo(1, 5);
  });

  it('is not shown while estimates change', () => {
    expect(shownIn(60, (s) => 2 ** Math.max(0, 15 - s / 2)).slice(0, 33)).toEqual(Array(33).fill(null));
    expect(shownIn(60, (s) => (s % 2 === 0 ? 1 : 4)).every((ratio) => ratio === null)).toBe(true);
  });

  it('is never off by more than a factor of 3 if no estimate is off by more than 2', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 90, maxLength: 90 }),
        (noise) => {
          const ratios = shownIn(90, (s) => noise[s] ?? 1).filter((ratio) => ratio !== null);
          return ratios.every((ratio) => ratio < 3 && ratio > 1 / 3);
        },
      ),
    );
  });
});
