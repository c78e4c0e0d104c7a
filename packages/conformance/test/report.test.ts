import { toyArch, toyPlain, toySoft } from '@racewalk/toys';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ConformanceReport,
  exitCodeOf,
  mergeReports,
  missingShards,
  plan,
  type ReportCell,
  reportOf,
  runSuite,
  summarize,
} from '../src/matrix/index.js';
import { parseReport } from '../src/matrix/schema/index.js';
import { blocksOnly, zapVsStore } from './toy-races.js';

const archs = [toyArch(), toySoft, toyPlain];
const host = { node: 'v20.0.0', cpus: 2 };

async function report(filter = {}): Promise<ConformanceReport> {
  return reportOf(await runSuite(plan(archs, [zapVsStore, blocksOnly], filter), { clock: () => 0 }), host);
}

const cell: ReportCell = {
  test: 'a/b',
  arch: 'toy',
  variant: 'upstream',
  source: 's',
  expected: 'holds',
  verdict: 'holds',
  asExpected: true,
  executions: 1,
  blocked: 0,
  steps: 2,
  ms: 0.1,
};

const made = (cells: readonly ReportCell[], more: Partial<ConformanceReport> = {}): ConformanceReport => ({
  schema: 'racewalk.conformance/2',
  archs: [],
  cells,
  summary: summarize(cells, 1.3),
  version: '0',
  node: 'v20',
  host: { cpus: 1 },
  ...more,
});

describe('the report', () => {
  it('has a cell for everything, each counted once', async () => {
    const { cells, summary, archs: listed } = await report();
    expect(cells).toHaveLength(3 * 3 * 2);
    expect(summary).toMatchObject({ cells: 18, unexpected: 0, bounded: 0, notApplicable: 3, asExpected: 15 });
    expect(listed.map((arch) => arch.id)).toEqual(['toy', 'toy-soft', 'toy-plain']);
    expect(listed[0]?.omits).toHaveLength(1);
  });

  it('survives JSON', async () => {
    const whole = await report();
    expect(parseReport(JSON.stringify(whole))).toEqual(whole);
  });

  it('refuses what is no report, and says where', () => {
    expect(() => parseReport('nonsense')).toThrow(/not a conformance report/);
    expect(() => parseReport('{"schema":"racewalk.trace/1"}')).toThrow(/schema is racewalk.trace\/1/);
    const old = JSON.stringify({ ...made([cell]), schema: 'racewalk.conformance/1' });
    expect(() => parseReport(old)).toThrow(
      /a report of another version of Racewalk: racewalk.conformance\/1/,
    );
    const bad = made([{ ...cell, verdict: 'fine' as never }]);
    expect(() => parseReport(JSON.stringify(bad))).toThrow(/cells\[0\]\.verdict is fine/);
    const { summary: _, ...without } = made([cell]);
    expect(() => parseReport(JSON.stringify(without))).toThrow(/summary is undefined/);
  });

  it('of shards adds up to the report of the whole', async () => {
    const parts = await Promise.all([1, 2, 3].map((index) => report({ shard: { index, count: 3 } })));
    const all = await report();
    const whole = mergeReports(all, made([], { version: all.version }));
    expect(parts.reduce(mergeReports).cells).toEqual(whole.cells);
    expect({ ...parts.reduce(mergeReports).summary, ms: 0 }).toEqual({ ...whole.summary, ms: 0 });
  });

  it('adds up no reports of different versions', () => {
    expect(() => mergeReports(made([], { version: '1.0.0' }), made([], { version: '1.0.1' }))).toThrow(
      /different versions: 1\.0\.0 and 1\.0\.1/,
    );
  });

  it('adds up associatively', () => {
    const part = fc.record({
      n: fc.integer({ min: 0, max: 3 }),
      ms: fc.nat(10_000),
      interrupted: fc.boolean(),
    });
    fc.assert(
      fc.property(part, part, part, (...specs) => {
        const [a, b, c] = specs.map(({ n, ms, interrupted }, i) => {
          const cells = Array.from({ length: n }, (_, k) => ({ ...cell, test: `t/${(k * 7 + i) % 5}-${i}` }));
          const summary = summarize(cells, ms / 10);
          return made(cells, { summary, archs: [], ...(interrupted ? { interrupted } : {}) });
        }) as [ConformanceReport, ConformanceReport, ConformanceReport];
        expect(mergeReports(mergeReports(a, b), c)).toEqual(mergeReports(a, mergeReports(b, c)));
      }),
      { seed: 1 },
    );
  });

  it('knows which parts of a run are still missing', () => {
    const part = (run: string, count: number, ...parts: number[]) =>
      made([], { shards: { run, count, parts } });
    const some = mergeReports(mergeReports(part('a', 4, 3), made([])), part('a', 4, 1));
    expect(some.shards).toEqual({ run: 'a', count: 4, parts: [1, 3] });
    expect(missingShards(some)).toEqual([2, 4]);
    expect(missingShards(mergeReports(some, part('a', 4, 2, 4)))).toEqual([]);
    expect(missingShards(made([]))).toEqual([]);
    expect(() => mergeReports(some, part('b', 4, 2))).toThrow(/different runs/);
    expect(() => mergeReports(some, part('a', 5, 2))).toThrow(/different runs/);
    expect(parseReport(JSON.stringify(some)).shards).toEqual(some.shards);
    for (const shards of [{}, { run: 'a', count: 2e9, parts: [] }, { run: 'a', count: 2, parts: [3] }]) {
      expect(() => parseReport(JSON.stringify({ ...some, shards }))).toThrow(/shards/);
    }
  });

  it('keeps the problems of all parts, each once', () => {
    const parts = [['b', 'a'], [], ['b', 'c']].map((problems) => made([], { problems }));
    expect(parts.reduce(mergeReports).problems).toEqual(['a', 'b', 'c']);
    expect(parts.reverse().reduce(mergeReports).problems).toEqual(['a', 'b', 'c']);
    expect(mergeReports(made([]), made([])).problems).toBeUndefined();
  });

  it('does not count a cell twice', () => {
    expect(() => mergeReports(made([cell]), made([cell]))).toThrow(/two reports have the cell/);
  });
});

describe('the exit code', () => {
  const bounded = { ...cell, verdict: 'bounded' as const, asExpected: false, bound: 'ms' };
  const wrong = { ...cell, verdict: 'violates' as const, invariant: 'UAF', asExpected: false };
  const silent = { ...cell, expected: 'not-applicable' as const, verdict: 'not-applicable' as const };
  it.each([
    ['all as expected', made([cell, silent]), 0],
    ['one not as expected', made([cell, wrong]), 1],
    ['bounded and nothing worse', made([cell, bounded]), 3],
    ['bounded and unexpected', made([wrong, bounded]), 1],
    ['nothing ran', made([silent]), 1],
    ['no cell', made([]), 1],
    ['the suite itself at fault', made([cell], { problems: ['a mutant nobody catches'] }), 1],
  ])('%s', (_, whole, code) => {
    expect(exitCodeOf(whole)).toBe(code);
  });
});
