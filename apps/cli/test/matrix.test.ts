/** The main job: everything, on everything. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { idleOverrides, plan, type ReportCell } from '@racewalk/conformance/matrix';
import { parseReport } from '@racewalk/conformance/schema';
import { lkml, parseTrace } from '@racewalk/trace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';

const bin = fileURLToPath(new URL('../bin/racewalk.js', import.meta.url));

describe('the whole matrix', () => {
  let cells: readonly ReportCell[] = [];
  let code = -1;
  const traces = mkdtempSync(path.join(tmpdir(), 'racewalk-traces-'));
  afterAll(() => rmSync(traces, { recursive: true, force: true }));

  beforeAll(() => {
    // From the build: a test runner's import rewriting makes the hot path many times slower.
    const args = ['conformance', '--reporter', 'json', '--budget', '10m', '--traces', traces];
    const result = spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
    expect(result.stderr).toMatch(/^\d+ counterexamples written to \S+\n$/);
    code = result.status ?? -1;
    const report = parseReport(result.stdout);
    cells = report.cells;
    expect(report.problems).toBeUndefined();
  }, 600_000);

  const names = (found: readonly ReportCell[]) =>
    found.map((c) => `${c.test} ${c.arch} ${c.variant}: ${c.verdict} ${c.invariant ?? ''}`);

  it('has a cell for every race, architecture and variant', () => {
    const rows = new Set(cells.map((c) => `${c.test} ${c.variant}`));
    expect(cells).toHaveLength(rows.size * CATALOGUE.archs.length);
    expect(new Set(cells.map((c) => c.test))).toEqual(new Set(CATALOGUE.scenarios.map((s) => s.id)));
  });

  it('is as expected, nothing bounded, nothing in error', () => {
    expect(names(cells.filter((c) => !c.asExpected))).toEqual([]);
    expect(names(cells.filter((c) => c.verdict === 'bounded' || c.verdict === 'error'))).toEqual([]);
    expect(code).toBe(0);
  });

  it('catches every mutant on some architecture, by the invariant it names', () => {
    const mutants = new Set(
      cells.filter((c) => c.variant.startsWith('mutant:')).map((c) => `${c.test} ${c.variant}`),
    );
    const caught = new Set(
      cells.filter((c) => c.verdict === 'violates' && c.asExpected).map((c) => `${c.test} ${c.variant}`),
    );
    expect([...mutants].filter((name) => !caught.has(name))).toEqual([]);
    expect(idleOverrides(CATALOGUE.archs, CATALOGUE.scenarios)).toEqual([]);
  });

  it('comes to the verdicts it is known for, each broken invariant and each cell that does not apply included', async () => {
    const pinned = cells.map(({ test, variant, arch, verdict, invariant }) =>
      [test, variant, arch, invariant === undefined ? verdict : `${verdict}:${invariant}`].join(' '),
    );
    await expect(`${pinned.join('\n')}\n`).toMatchFileSnapshot('golden/verdicts.txt');
  });

  it('explores every size there ever was', async () => {
    const sizes = plan(CATALOGUE.archs.slice(0, 1), CATALOGUE.scenarios, { variant: 'upstream' }).cells.map(
      ({ test, sizes }) => `${test} ${sizes.map((size) => JSON.stringify(size)).join(' ')}`,
    );
    await expect(`${sizes.join('\n')}\n`).toMatchFileSnapshot('golden/sizes.txt');
  });

  it('says where a release of Linux breaks: place, reason, what is known', () => {
    const linux = cells.filter((c) => c.variant.startsWith('linux:') && c.verdict !== 'not-applicable');
    expect(linux.length).toBeGreaterThan(50);
    for (const { kernel, known, reason } of linux) {
      expect(kernel).toMatch(/^\S+\.[chS]: \w+\(\)/);
      expect([known, reason].every((text) => (text ?? '').length > 20)).toBe(true);
    }
  });

  it('explores as many executions as ever (a drop is as suspicious as a rise; -u rewrites the file)', async () => {
    const pinned = cells
      .filter((c) => c.verdict === 'holds')
      .map((c) => `${c.test} ${c.variant} ${c.arch} ${c.executions}`);
    await expect(`${pinned.join('\n')}\n`).toMatchFileSnapshot('golden/executions.txt');
  });

  it('explores nothing twice', () => {
    expect(names(cells.filter((c) => c.blocked > 0))).toEqual([]);
  });

  it('gives a reason for whatever does not apply, and a token and a file for whatever breaks', () => {
    for (const cell of cells) {
      if (cell.verdict === 'not-applicable') expect(cell.reason).toBeTruthy();
      if (cell.verdict === 'violates') {
        expect(cell.token).toMatch(/^rw1:/);
        expect(existsSync(path.resolve(cell.traceFile ?? 'no file'))).toBe(true);
      }
      expect(cell.source).toBeTruthy();
    }
  });

  it('fits a commit message: whatever breaks is at most 12 lines of 72 columns of ASCII, with a CPU in its head', () => {
    const broken = cells.filter((c) => c.verdict === 'violates');
    expect(broken.length).toBeGreaterThan(3000);
    const misfits = broken.flatMap(({ test, arch, variant, traceFile = '' }) => {
      const text = lkml(parseTrace(JSON.parse(readFileSync(path.resolve(traceFile), 'utf8'))));
      const [, table = '', command = ''] = text.split('\n\n');
      // No word that only the model has.
      const fits =
        table.split('\n').length <= 12 &&
        text.split('\n').every((line) => line.length <= 72) &&
        /^[\x20-\x7e\n]*$/.test(text) &&
        /broken here/.test(table) &&
        /^ {2}racewalk explain \S+ /.test(command) &&
        !/^ *(completed:|lock |unlock )/m.test(table);
      return fits ? [] : [`${test} ${arch} ${variant}\n${table}`];
    });
    expect(misfits.slice(0, 3)).toEqual([]);
  });
});
