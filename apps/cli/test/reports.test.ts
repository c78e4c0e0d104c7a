/** Counterexamples beside a report, and the report for GitHub. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseReport } from '@racewalk/conformance/schema';
import { parseTrace } from '@racewalk/trace';
import { beforeAll, describe, expect, it } from 'vitest';
import { traceFileName } from '../src/render/trace-files.js';
import { run } from './run.js';

const cwd = mkdtempSync(path.join(tmpdir(), 'racewalk-'));
const SMALL = ['conformance', '--test', 'access-flags/set-vs-walker', '--arch', 'x86-64,sw-dirty'];

/** A race whose mutant is said to break something else than it does. */
async function broken(): Promise<string> {
  const { accessFlagRaces } = await import('@racewalk/feature-access-flags');
  const race = accessFlagRaces[0] as (typeof accessFlagRaces)[number];
  const mutants = Object.fromEntries(
    Object.entries(race.mutants).map(([name, m]) => [name, { ...m, breaks: 'UAF' }]),
  );
  (globalThis as Record<string, unknown>).racewalkReports = { ...race, id: 'mine/broken', mutants };
  const file = path.join(cwd, 'broken.mjs');
  writeFileSync(file, 'export const mine = globalThis.racewalkReports;\n');
  return file;
}

describe('--traces', () => {
  it('writes a file for every counterexample; the report has their names and no traces', async () => {
    const argv = [...SMALL, '--reporter', 'json', '--output', 'report.json', '--traces', 'traces'];
    const { code, err } = await run(argv, { cwd });
    expect(code).toBe(0);
    const text = readFileSync(path.join(cwd, 'report.json'), 'utf8');
    const { cells } = parseReport(text);
    const broken = cells.filter(({ verdict }) => verdict === 'violates');
    expect(broken.length).toBeGreaterThan(2);
    expect(cells.filter(({ trace }) => trace !== undefined)).toEqual([]);
    expect(readdirSync(path.join(cwd, 'traces')).sort()).toEqual(
      broken.map(({ token = '' }) => traceFileName(token)).sort(),
    );
    expect(err).toContain(`${broken.length} counterexamples written to traces\n`);
    for (const { token, traceFile = '' } of broken) {
      expect(parseTrace(readFileSync(path.join(cwd, traceFile), 'utf8')).token).toBe(token);
    }
  });

  it('keeps the report small: nothing in it grows with the steps of a counterexample', async () => {
    const { out } = await run([...SMALL, '--reporter', 'json']);
    expect(out).not.toContain('racewalk.trace/');
    expect(out.length / parseReport(out).cells.length).toBeLessThan(2000);
  });

  it('has names that a file system takes', () => {
    expect(traceFileName('rw1:AB_c-d')).toBe('rw1-AB_c-d.json');
    const long = ['a', 'b'].map((end) => traceFileName(`rw1:${'x'.repeat(400)}${end}`));
    expect(new Set(long).size).toBe(2);
    for (const name of long) expect(name.length).toBeLessThan(230);
  });

  it('are found again when reports are added up elsewhere', async () => {
    const file = await broken();
    const argv = ['check', file, '--arch', 'x86-64', '--variant', 'plain-store', '--reporter', 'json'];
    mkdirSync(path.join(cwd, 'parts'));
    await run([...argv, '--output', 'parts/one.json', '--traces', 'parts/traces'], { cwd });
    const merged = await run(['merge', 'parts/one.json', '--reporter', 'json', '--output', 'sum.json'], {
      cwd,
    });
    expect(merged.code).toBe(1);
    expect(merged.out).toContain('✗ mine/broken   arch x86-64');
    const [cell] = parseReport(readFileSync(path.join(cwd, 'sum.json'), 'utf8')).cells;
    expect(cell?.traceFile).toMatch(/^parts\/traces\/rw1-/);
  });
});

describe('counterexamples that nobody asked for', () => {
  // They are not made short then, which is half of the work of a cell that breaks at once.
  it('count the same as those that are shown', async () => {
    const [pretty, explained] = [await run(SMALL), await run([...SMALL, '--explain'])];
    const summary = (out: string) => /^\d+ cells: [^\n]* redundant/m.exec(out)?.[0];
    expect(summary(pretty.out)).toMatch(/ as expected.* executions/);
    expect(summary(explained.out)).toBe(summary(pretty.out));
    expect([pretty.code, explained.code]).toEqual([0, 0]);
    expect(explained.out.length).toBeGreaterThan(pretty.out.length);
  });
});

describe('--reporter github', () => {
  let file = '';
  const summary = path.join(cwd, 'summary.md');

  beforeAll(async () => {
    file = await broken();
  });

  it('annotates the line of the code at fault and writes a summary of the job', async () => {
    writeFileSync(summary, 'what another step wrote\n');
    const argv = ['check', file, '--arch', 'x86-64,sw-dirty', '--reporter', 'github'];
    const { code, out } = await run(argv, { cwd, env: { GITHUB_STEP_SUMMARY: summary } });
    expect(code).toBe(1);
    expect(out).toMatch(/^Racewalk conformance · 2 architectures/);
    expect(out).toMatch(
      /^::error file=\S+\.[tj]s,line=\d+,title=mine\/broken mutant%3Aplain-store on x86-64::expected violates:UAF, found violates DIRTY%0A/m,
    );
    const text = readFileSync(summary, 'utf8');
    expect(text).toMatch(/^what another step wrote\n## Racewalk conformance/);
    expect(text).toMatch(/\*\*\d+ unexpected\*\*/);
    expect(text).toContain('| step | ');
    expect(text).toContain('<details><summary>Matrix</summary>');
  });

  it('warns of what was not decided', async () => {
    const argv = ['conformance', '--test', 'contpte/partial-dontneed', '--variant', 'upstream'];
    const { code, out } = await run([
      ...argv,
      '--arch',
      'x86-64',
      '--executions',
      '1',
      '--reporter',
      'github',
    ]);
    expect(code).toBe(3);
    expect(out).toMatch(
      /^::warning title=contpte\/partial-dontneed upstream on x86-64::expected holds, found bounded/m,
    );
  });
});
