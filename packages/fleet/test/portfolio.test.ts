/** Two searches of one cell: who wins, and whether they agree. */
import type { MatrixCell, PlainResult } from '@racewalk/conformance/matrix';
import { type Answer, type Contender, type Crew, runPortfolio, type Task } from '@racewalk/fleet';
import { describe, expect, it } from 'vitest';

const cell = {
  test: 'a/b',
  arch: 'toy',
  variant: 'upstream',
  source: 'the suite itself',
  expected: 'holds',
  sizes: [{}],
  plugin: { id: 'toy' },
  scenario: { id: 'a/b' },
} as unknown as MatrixCell;

type End = Pick<PlainResult, 'verdict'> & Partial<PlainResult>;

/** A crew whose one worker comes to `end`, or to nothing before the run is over. */
function crew(end: End | null, asked: Task[] = []): Crew {
  return {
    lanes: 1,
    run(task): Promise<Answer> {
      asked.push(task);
      if (end === null) return new Promise(() => undefined);
      const counts = { executions: 3, blocked: 0, steps: 9, ms: 1 };
      const asExpected = end.verdict === 'holds';
      return Promise.resolve({ kind: 'finished', result: { ...counts, asExpected, ...end } });
    },
    close: () => Promise.resolve(),
  };
}

const run = (ends: Readonly<Record<Contender, End | null>>) =>
  runPortfolio(cell, { dpor: crew(ends.dpor), stateful: crew(ends.stateful) }, {});

const holds: End = { verdict: 'holds' };
const violates: End = { verdict: 'violates', invariant: 'UAF' };
const bounded: End = { verdict: 'bounded', bound: 'ms' };

describe('a portfolio', () => {
  it('tells each crew which search to run', async () => {
    const [dpor, stateful]: [Task[], Task[]] = [[], []];
    await runPortfolio(cell, { dpor: crew(holds, dpor), stateful: crew(holds, stateful) }, {});
    const strategies = [dpor, stateful].map(([task]) => task?.kind === 'slice' && task.search.strategy);
    expect(strategies).toEqual(['dpor', 'stateful']);
  });

  it.each([
    [holds, holds],
    [violates, violates],
  ])('agrees where both come to the same: %j', async (dpor, stateful) => {
    const end = await run({ dpor, stateful });
    expect(end).toMatchObject({ agree: true, result: { verdict: dpor.verdict } });
    expect(end?.other?.verdict).toBe(stateful.verdict);
  });

  it.each([
    [holds, violates],
    [violates, holds],
  ])('does not take a contradiction for agreement: %j against %j', async (dpor, stateful) => {
    const end = await run({ dpor, stateful });
    expect(end?.agree).toBe(false);
    expect(new Set([end?.result.verdict, end?.other?.verdict])).toEqual(new Set(['holds', 'violates']));
  });

  it('lets a verdict win against a search that gave up, whichever it is', async () => {
    expect(await run({ dpor: bounded, stateful: violates })).toMatchObject({
      winner: 'stateful',
      result: { verdict: 'violates' },
      other: { verdict: 'bounded' },
      agree: true,
    });
    expect(await run({ dpor: holds, stateful: bounded })).toMatchObject({ winner: 'dpor', agree: true });
  });

  it('says nothing of a search that did not end', async () => {
    expect(await run({ dpor: holds, stateful: null })).toMatchObject({
      winner: 'dpor',
      other: null,
      agree: true,
    });
  });
});
