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
  reportFile,
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
  schema: 'racewalk.conformance/3',
  archs: [],
  cells,
  summary: summarize(cells, 1.3),
  version: '0',
  node: 'v20',
  host: { cpus: 1 },
  ...more,
});

/** The text of its file. */
const written = (whole: ConformanceReport): string => JSON.stringify(reportFile(whole));

/** What a file keeps: no traces, and tokens only of what is not as expected. */
const kept = (whole: ConformanceReport): ConformanceReport => ({
  ...whole,
  cells: whole.cells.map(({ trace: _, token, ...rest }) =>
    token === undefined || rest.asExpected ? rest : { ...rest, token },
  ),
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
    expect(parseReport(written(whole))).toEqual(kept(whole));
  });

  it('survives JSON whatever its cells came to', () => {
    const outcome = fc.constantFrom<Partial<ReportCell>>(
      {},
      { expected: 'violates:UAF', verdict: 'violates', invariant: 'UAF', reason: 'freed early' },
      { expected: 'violates:UAF|STALE', verdict: 'violates', invariant: 'STALE', linux: ['6.12'] },
      { verdict: 'violates', invariant: 'DIRTY', asExpected: false, token: 'rw1:x', steps: 0 },
      { verdict: 'bounded', bound: 'steps', asExpected: false, states: 7, blocked: 3 },
      { expected: 'not-applicable', verdict: 'not-applicable', executions: 0, steps: 0, ms: 0 },
      { kernel: 'mm/x.c: f()', known: 'meant so', traceFile: 'traces/a.json', token: 'rw1:y' },
      { params: { block: 4, mode: 'a' } },
    );
    const drawn = fc.record({
      test: fc.constantFrom('a/b', 'a/c'),
      arch: fc.constantFrom('toy', 'other'),
      variant: fc.constantFrom('upstream', 'mutant:x'),
      outcome,
      executions: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(drawn, { maxLength: 8 }), (specs) => {
        const known = new Map(
          specs.map((s) => [JSON.stringify([s.test, s.arch, s.variant, s.outcome.params]), s]),
        );
        const whole = made([...known.values()].map(({ outcome: o, ...ref }) => ({ ...cell, ...ref, ...o })));
        const back = parseReport(written(whole));
        expect(new Set(back.cells.map((c) => JSON.stringify(Object.entries(c).sort())))).toEqual(
          new Set(whole.cells.map((c) => JSON.stringify(Object.entries(c).sort()))),
        );
        expect(back.cells).toHaveLength(whole.cells.length);
        expect({ ...back, cells: [] }).toEqual({ ...whole, cells: [] });
      }),
    );
  });

  it('says what a cell came to only where that is not what was expected', () => {
    const says = (more: Partial<ReportCell>) =>
      /"(verdict|invariant)"/.test(written(made([{ ...cell, ...more }])));
    const uaf = { verdict: 'violates', invariant: 'UAF' } as const;
    expect(says({ expected: 'holds', verdict: 'holds' })).toBe(false);
    expect(says({ expected: 'not-applicable', verdict: 'not-applicable' })).toBe(false);
    expect(says({ expected: 'violates:UAF', ...uaf })).toBe(false);
    expect(says({ expected: 'holds', ...uaf, asExpected: false })).toBe(true);
    expect(says({ expected: 'violates:UAF', verdict: 'holds', asExpected: false })).toBe(true);
  });

  it('takes thirty bytes a cell', () => {
    const cells = Array.from({ length: 1000 }, (_, i) => ({
      ...cell,
      test: `family/race-${i >> 3}`,
      arch: `arch-${i & 7}`,
      token: `rw1:${'x'.repeat(300)}`,
    }));
    expect(written(made(cells)).length / cells.length).toBeLessThan(30);
  });

  it('refuses what is no report, and says where', () => {
    expect(() => parseReport('nonsense')).toThrow(/not a conformance report/);
    expect(() => parseReport('{"schema":"racewalk.trace/1"}')).toThrow(/schema is racewalk.trace\/1/);
    const old = JSON.stringify({ ...made([cell]), schema: 'racewalk.conformance/2' });
    expect(() => parseReport(old)).toThrow(
      /a report of another version of Racewalk: racewalk.conformance\/2/,
    );
    const bad = made([{ ...cell, verdict: 'fine' as never }]);
    expect(() => parseReport(written(bad))).toThrow(/outcomes\[0\]\.verdict is fine/);
    const { summary: _, ...without } = made([cell]);
    expect(() => parseReport(written(without as ConformanceReport))).toThrow(/summary is undefined/);
    const file = reportFile(made([cell]));
    const none = JSON.stringify({ ...file, outcomes: [] });
    expect(() => parseReport(none)).toThrow(/races\[0\]\.variants\.upstream\[0\] is outcome 0/);
    const more = JSON.stringify({ ...file, columns: [] });
    expect(() => parseReport(more)).toThrow(/1 cells for 0 columns/);
  });

  it.each([
    ['version', (w: object) => ({ ...w, version: undefined }), 'version is undefined', 'string'],
    ['node', (w: object) => ({ ...w, node: 20 }), 'node is 20', 'string'],
    ['host', (w: object) => ({ ...w, host: undefined }), 'host is undefined', 'object'],
    ['host.cpus', (w: object) => ({ ...w, host: {} }), 'host.cpus is undefined', 'number'],
    ['interrupted', (w: object) => ({ ...w, interrupted: 'yes' }), 'interrupted is yes', 'boolean'],
    ['problems', (w: object) => ({ ...w, problems: ['a', {}] }), 'problems[1] is an object', 'string'],
    ['archs', (w: object) => ({ ...w, archs: [{}, {}] }), 'archs[0].id is undefined', 'string'],
    ['archs', (w: object) => ({ ...w, archs: 7 }), 'archs is 7', 'array'],
    ['summary', (w: object) => ({ ...w, summary: [] }), 'summary is a list', 'object'],
  ])('names what is wrong with %s, and what should stand there', (_, spoil, message, expected) => {
    const text = JSON.stringify(spoil(reportFile(made([cell]))));
    const refused = (): unknown => {
      try {
        return parseReport(text);
      } catch (error) {
        return error;
      }
    };
    expect(refused()).toMatchObject({
      code: 'RACEWALK_BAD_REPORT',
      message: `not a conformance report: ${message}`,
      expected,
      hint: expect.stringContaining('racewalk conformance --reporter json --output'),
    });
  });

  it('says what to do with a file of another version, or with none at all', () => {
    const refused = (text: string): unknown => {
      try {
        return parseReport(text);
      } catch (error) {
        return error;
      }
    };
    const old = JSON.stringify({ ...made([cell]), schema: 'racewalk.conformance/2' });
    expect(refused(old)).toMatchObject({
      expected: 'racewalk.conformance/3',
      hint: expect.stringMatching(/^make it anew with this version: racewalk conformance/),
    });
    expect(refused('nonsense')).toMatchObject({ expected: 'JSON' });
    expect(refused('null')).toMatchObject({ message: 'not a conformance report: the file is null' });
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
    expect(parseReport(written(some)).shards).toEqual(some.shards);
    for (const shards of [{}, { run: 'a', count: 2e9, parts: [] }, { run: 'a', count: 2, parts: [3] }]) {
      expect(() => parseReport(written({ ...some, shards } as ConformanceReport))).toThrow(/shards/);
    }
  });

  it('keeps the problems of all parts, each once', () => {
    const parts = [['b', 'a'], [], ['b', 'c']].map((problems) => made([], { problems }));
    expect(parts.reduce(mergeReports).problems).toEqual(['a', 'b', 'c']);
    expect(parts.reverse().reduce(mergeReports).problems).toEqual(['a', 'b', 'c']);
    expect(mergeReports(made([]), made([])).problems).toBeUndefined();
  });

  it('keeps the architectures of both parts, each once, those of the first in front', () => {
    const arch = (id: string) => ({ id, title: id, omits: [`omitted by ${id}`] }) as never;
    const [a, b] = [
      ['x', 'y'],
      ['y', 'z'],
    ].map((ids) => made([], { archs: ids.map(arch) }));
    expect(mergeReports(a!, b!).archs.map(({ id }) => id)).toEqual(['x', 'y', 'z']);
    expect(mergeReports(b!, a!).archs.map(({ id }) => id)).toEqual(['y', 'z', 'x']);
  });

  it('keeps what either part says of hardware left out and of orders of races, once, and adds up the time', () => {
    const less = (test: string) => ({ test, hardware: 'speculativeFill', why: 'too large' }) as never;
    const a = made([], { lessHardware: [less('t/a'), less('t/b')] });
    const b = made([], { lessHardware: [less('t/b'), less('t/c')] });
    const sum = mergeReports(a, b);
    expect(sum.lessHardware?.map(({ test }) => test)).toEqual(['t/a', 't/b', 't/c']);
    expect(sum.summary.ms).toBeCloseTo(2.6);
    expect(sum).not.toHaveProperty('ownOrders');
    expect(mergeReports(made([]), made([]))).not.toHaveProperty('lessHardware');
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
