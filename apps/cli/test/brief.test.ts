/** The matrix in short, from reports that are made up: what a person looks at first and last. */
import type { ConformanceReport, ReportCell } from '@racewalk/conformance/matrix';
import { summarize } from '@racewalk/conformance/matrix';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';
import { type Context, createContext } from '../src/context.js';
import { silentIo } from '../src/io.js';
import { inAscii } from '../src/render/ascii.js';
import { pretty } from '../src/render/pretty.js';

/** Nine, however many there are. */
const ARCHS = CATALOGUE.archs.slice(0, 9).map(({ id }) => id);

const contextOf = (columns: number): Context =>
  createContext({ ...silentIo('.'), columns }, { archs: CATALOGUE.archs, scenarios: [] });

const cell = (test: string, arch: string, variant: string, more: Partial<ReportCell> = {}): ReportCell => ({
  test,
  arch,
  variant,
  source: 'nowhere',
  expected: 'holds',
  verdict: 'holds',
  asExpected: true,
  executions: 10,
  blocked: 0,
  steps: 100,
  ms: 1,
  ...more,
});

/** A race that holds everywhere, with a mutant that breaks everywhere. */
const race = (test: string): ReportCell[] =>
  ARCHS.flatMap((arch) => [
    cell(test, arch, 'upstream'),
    cell(test, arch, 'mutant:no-flush', { expected: 'violates:UAF', verdict: 'violates', invariant: 'UAF' }),
  ]);

const reportOf = (cells: readonly ReportCell[]): ConformanceReport => ({
  schema: 'racewalk.conformance/3',
  archs: ARCHS.map((id) => ({ id, title: id, capabilities: [], memory: 'sc', omits: ['much'] })),
  cells,
  summary: summarize(cells, 5),
  version: '1.0.0',
  node: 'v20.0.0',
  host: { cpus: 1 },
});

/** Families of different sizes, 160 races in all. */
const MANY = [...'abcdefgh'].flatMap((family, size) =>
  Array.from(
    { length: size === 7 ? 76 : 12 },
    (_, i) => `${family}-family/race-with-a-name-of-some-length-${i}`,
  ),
);

const linesOf = (cells: readonly ReportCell[], columns = 80): string[] =>
  pretty(reportOf(cells), contextOf(columns)).trimEnd().split('\n');

describe('the matrix in short', () => {
  it('is one line for each race, with a number of mutants', () => {
    const lines = linesOf(['x/a', 'x/b', 'x/c', 'x/d'].flatMap(race));
    expect(lines).toContain('x/a  ✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓ ✓        1');
    expect(lines.filter((line) => line.includes('no-flush'))).toEqual([]);
    expect(lines.at(-1)).toMatch(/^72 cells: 72 as expected · /);
  });

  it('of one race has the names of its variants whole, on a line of their own where the column is too narrow', () => {
    const name = 'generic-get-and-clear-of-a-range';
    const mutant = (arch: string): ReportCell => cell('reclaim/one', arch, `mutant:${name}`);
    const cells = ARCHS.flatMap((arch) => [cell('reclaim/one', arch, 'upstream'), mutant(arch)]);
    const lines = linesOf(cells);
    expect(lines).toContain(`  mutant ${name}`);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('has at most 150 lines of at most 80 columns, and cuts no id off', () => {
    const lines = linesOf(MANY.flatMap(race));
    expect(lines.length).toBeLessThanOrEqual(150);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    const missing = MANY.filter((id) => !lines.some((line) => line.startsWith(`${id} `)));
    // Two small families are folded rather than the large one, and say so.
    expect(missing.filter((id) => id.startsWith('h'))).toEqual([]);
    const folded = lines.filter((line) => /^\w-family\/\* \(12 races\) +✓ ✓/.test(line));
    expect(folded).toHaveLength(new Set(missing.map((id) => id.slice(0, 1))).size);
    expect(folded.length).toBeLessThan(4);
  });

  it('names what failed first and last, and never folds it', () => {
    const cells = MANY.flatMap(race).map((one) =>
      one.test.startsWith('a-family') && one.test.endsWith('-3') && one.variant === 'mutant:no-flush'
        ? { ...one, verdict: 'holds' as const, invariant: undefined, asExpected: one.arch !== 'x86-64' }
        : one,
    );
    const lines = linesOf(cells);
    const name = 'a-family/race-with-a-name-of-some-length-3 mutant:no-flush on x86-64:';
    expect(lines[2]).toBe(`  ‼ ${name}`);
    expect(lines.lastIndexOf(`  ‼ ${name}`)).toBeGreaterThan(lines.length - 6);
    const row = lines.find((line) => line.startsWith('  mutant no-flush'));
    expect(row).toMatch(/ ‼ /);
    expect(lines.find((line) => line.startsWith('a-family/race-with-a-name-of-some-length-3 '))).toContain(
      '0/1',
    );
  });

  it('never puts a bound or an error beneath a tick, and says which', () => {
    const cells = ['x/a', 'x/b', 'x/c', 'x/d'].flatMap(race).map((one) => {
      if (one.test === 'x/b' && one.variant === 'upstream')
        return { ...one, verdict: 'bounded' as const, bound: 'executions', asExpected: false };
      if (one.test === 'x/c' && one.arch === 'x86-64' && one.variant === 'upstream')
        return { ...one, verdict: 'error' as const, asExpected: false, reason: 'the setup threw a tantrum' };
      return one;
    });
    const lines = linesOf(cells);
    expect(lines).toContain('x/b  … … … … … … … … …        1');
    expect(lines).toContain('  … x/b upstream on all: bounded (executions)');
    expect(lines).toContain('  ‼ x/c upstream on x86-64: expected holds, found error: the setup threw a');
    expect(lines.find((line) => line.startsWith('x/c '))).toMatch(/^x\/c {2}✓ ✓ ‼ ✓/);
  });

  it('fits a narrow terminal, and one without Unicode', () => {
    const lines = linesOf(MANY.flatMap(race), 60);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(64);
    const plain = inAscii(lines.join('\n'));
    expect(plain).not.toMatch(/[^\n -~]/);
    expect(plain.split('\n').map((line) => line.length)).toEqual(lines.map((line) => line.length));
  });
});
