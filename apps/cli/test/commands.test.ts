import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseReport } from '@racewalk/conformance/schema';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';
import { run } from './run.js';

const cwd = mkdtempSync(path.join(tmpdir(), 'racewalk-'));
const SMALL = [
  'conformance',
  '--test',
  'access-flags/set-vs-walker',
  '--arch',
  'arm64-contpte,x86-64,sw-dirty',
];

describe('conformance', () => {
  it('prints the matrix, what is not modelled, and the totals', async () => {
    const { code, out, err } = await run(SMALL);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Racewalk conformance · 3 architectures · 1 race · \d+ cells\n/);
    expect(out).toMatch(/access-flags\/set-vs-walker =6\.12 +° [\d ]+ +✓ [\d ]+ +✓ [\d ]+\n/);
    expect(out).toMatch(/mutant plain-store +✗ DIRTY +✗ DIRTY +✓ [\d ]+\n/);
    expect(out).toMatch(/\nnot modelled: \d+ things, which racewalk list omits prints\n/);
    expect(out).toMatch(
      /\n\d+ cells: \d+ as expected, \d+ not applicable · [\d ]+ executions, 0 redundant · .*s\n$/,
    );
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });

  it('fits a terminal of 80 columns, with colours unless told otherwise', async () => {
    const narrow = await run(['conformance', '--test', 'access-flags/set-vs-walker'], {
      columns: 80,
      outIsTty: true,
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    const plain = narrow.out.replace(/\u001b\[\d+m/g, '');
    expect(plain).not.toBe(narrow.out);
    for (const line of plain.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const quiet = await run(SMALL, { columns: 80, outIsTty: true, env: { NO_COLOR: '1' } });
    expect(quiet.out).not.toContain('\u001b');
  });

  it('says why cells do not apply and what is not modelled when asked', async () => {
    const { out } = await run([...SMALL, '--all']);
    expect(out).toMatch(/not modelled:\n {2}anywhere: the order of stores of user code/);
    expect(out).toMatch(/\n {2}arm64-contpte: hardware updates of AF/);
    expect(out).toMatch(/\n {2}x86-64, by its parts: what it denies: contPte/);
    const list = await run(['list', 'omits', '--arch', 'x86-64', '--test', 'access-flags/set-vs-walker']);
    expect(list.out).toMatch(/^anywhere +the order of stores of user code/);
    expect(list.out).toMatch(/\nx86-64, by its parts +what it denies: contPte/);
    expect(out).toMatch(/not applicable:\n( {5,}\d+ × .*\n)* {5,}\d+ × puts a bug back into an override of/);
  });

  it('prints the counterexamples of what was caught when asked, each once', async () => {
    const archs = 'loongarch64,loongarch64-ptw';
    const variant = ['--arch', archs, '--variant', 'plain-store', '--memory', 'sc', '--explain'];
    const { out } = await run(['conformance', '--test', 'access-flags/set-vs-walker', ...variant]);
    expect(out.match(/^✗ access-flags\/set-vs-walker /gm)).toHaveLength(1);
    expect(out).toMatch(/^ {2}the same on loongarch64-ptw$/m);
    expect(out).toContain('replay  racewalk replay rw1:');
  });

  it('takes several --test, and --ascii anywhere', async () => {
    const tests = ['--test', 'access-flags/set-*', '--test', 'access-flags/clear-flush-young'];
    const { out } = await run(['conformance', ...tests, '--arch', 'x86-64', '--ascii']);
    expect(out).toContain('| 2 races |');
    expect(out).not.toMatch(/\P{ASCII}/u);
  });

  it('writes a report to a file and prints the matrix all the same', async () => {
    const { out, err } = await run([...SMALL, '--reporter', 'json', '--output', 'report.json'], { cwd });
    expect(out).toContain('Racewalk conformance');
    expect(err).toBe('written to report.json\n');
    const report = parseReport(readFileSync(path.join(cwd, 'report.json'), 'utf8'));
    expect(report.summary.unexpected).toBe(0);
    expect(report).toMatchObject({ node: 'v20.0.0', host: { cpus: 2 } });
  });

  it('reports as JUnit and Markdown', async () => {
    const junit = await run([...SMALL, '--reporter', 'junit']);
    expect(junit.out).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="racewalk" tests="\d+" failures="0" errors="0"/,
    );
    expect(junit.out.match(/<testsuite /g)).toHaveLength(3);
    expect(junit.out).toMatch(/<skipped message="puts a bug back/);
    const markdown = await run([...SMALL, '--reporter', 'markdown']);
    expect(markdown.out).toContain('| test | arm64-contpte | x86-64 | sw-dirty |');
    expect(markdown.out).toContain('## Not modelled');
  });

  it('ends with 3 when a cell is bounded and nothing is unexpected', async () => {
    const { code, out } = await run([
      'conformance',
      '--test',
      'contpte/partial-dontneed',
      '--variant',
      'upstream',
      '--arch',
      'arm64-contpte',
      '--budget',
      '1ms',
    ]);
    expect(out).toMatch(/1 cell: 0 as expected, 1 bounded/);
    expect(code).toBe(3);
  });

  it('ends with 130 when it is interrupted, with the report of what was done', async () => {
    const { code, out } = await run(SMALL, { signal: { aborted: true } });
    expect(code).toBe(130);
    expect(out).toContain('interrupted');
  });

  it('adds up the reports of shards', async () => {
    for (const i of [1, 2]) {
      await run([...SMALL, '--shard', `${i}/2`, '--reporter', 'json', '--output', `part${i}.json`], { cwd });
    }
    const merged = await run(['merge', 'part1.json', 'part2.json', '--reporter', 'json'], { cwd });
    expect(merged.code).toBe(0);
    const whole = parseReport((await run([...SMALL, '--reporter', 'json'])).out);
    expect(parseReport(merged.out).summary).toMatchObject({ ...whole.summary, ms: expect.any(Number) });
    const twice = await run(['merge', 'part1.json', 'part1.json'], { cwd });
    expect([twice.code, twice.err]).toEqual([2, expect.stringContaining('RACEWALK_MERGE')]);
  });

  it('shows progress on a terminal only', async () => {
    const { err } = await run(SMALL, { errIsTty: true });
    // Faster than a second: no line at all, or one that is taken away again.
    expect(err === '' || err.endsWith('\r\u001b[2K')).toBe(true);
  });
});

describe('explore', () => {
  it('prints an estimate and what was explored', async () => {
    const { code, out } = await run(['explore', 'access-flags/set-vs-walker', '--arch', 'x86-64']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /estimate {2}[\d ]+ executions of [\d ]+ steps\n[^v]*verdict {3}holds, expected holds\n/,
    );
    expect(out).toMatch(/explored {2}[\d ]+ executions?, 0 redundant, [\d ]+ steps/);
  });

  it.each(['stateful', 'random', 'pct'])('with %s', async (strategy) => {
    const argv = ['explore', 'access-flags/set-vs-walker', '--arch', 'x86-64', '--strategy', strategy];
    const { code, out } = await run([...argv, '--executions', '200']);
    // Random walks prove nothing: however long, they end bounded.
    expect(code).toBe(strategy === 'stateful' ? 0 : 3);
    expect(out).toMatch(strategy === 'stateful' ? /verdict {3}holds/ : /verdict {3}bounded by executions/);
  });

  it('finds a mutant and prints its columns', async () => {
    const argv = ['explore', 'access-flags/set-vs-walker', '--arch', 'x86-64', '--variant', 'plain-store'];
    const { code, out } = await run(argv);
    expect(code).toBe(0);
    expect(out).toContain('verdict   violates DIRTY, expected violates:DIRTY');
    expect(out).toContain('replay  racewalk replay rw1:');
  });
});

describe('list and estimate', () => {
  it.each([
    ['archs', CATALOGUE.archs.length],
    ['tests', CATALOGUE.scenarios.length],
  ])('lists %s', async (kind, n) => {
    const { code, out } = await run(['list', kind, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toHaveLength(n);
    expect((await run(['list', kind])).out).toContain(JSON.parse(out)[0].name);
  });

  it('lists variants and invariants', async () => {
    expect((await run(['list', 'variants'])).out).toMatch(
      /contpte\/teardown-vs-walker mutant:gather-then-clear/,
    );
    expect((await run(['list', 'invariants'])).out).toMatch(/^DIRTY +every store/);
  });

  it('estimates every architecture', async () => {
    const { code, out } = await run(['estimate', 'access-flags/set-vs-walker']);
    expect(code).toBe(0);
    for (const { id } of CATALOGUE.archs) expect(out).toContain(id);
  });
});

describe('pte', () => {
  it('decodes bit by bit, with the source of each field', async () => {
    const { out } = await run(['pte', 'decode', '0x00e8_0000_4000_0f43', '--arch', 'arm64-contpte']);
    expect(out).toMatch(/^0x00e8000040000f43 on arm64-contpte: 0x40000 rw dirty young/);
    expect(out).toMatch(/51 +DBM +1 .*Arm ARM DDI 0487/);
    expect(out).toMatch(/47:12 +OA +0x40000 /);
  });

  it.each(CATALOGUE.archs.map((arch) => arch.id))('encodes what it decodes on %s', async (arch) => {
    const { out } = await run([
      'pte',
      'encode',
      '--arch',
      arch,
      '--pfn',
      '0x1234',
      '--write',
      '--dirty',
      '--young',
    ]);
    expect(out).toContain(': 0x1234 rw dirty young');
    const value = out.slice(0, 18);
    expect((await run(['pte', 'decode', value, '--arch', arch])).out).toBe(out);
    const swap = await run(['pte', 'encode', '--arch', arch, '--swap', '2:77']);
    expect(swap.out).toContain('swap 2:0x4d');
  });
});

describe('check', () => {
  it('runs the scenarios of a file on every architecture', async () => {
    const file = path.join(cwd, 'mine.mjs');
    const { accessFlagRaces } = await import('@racewalk/feature-access-flags');
    (globalThis as Record<string, unknown>).racewalkTestScenario = accessFlagRaces[0];
    writeFileSync(file, 'export const mine = globalThis.racewalkTestScenario;\n');
    const { code, out } = await run(['check', file, '--arch', 'x86-64,sw-dirty']);
    expect(code).toBe(0);
    expect(out).toContain('2 architectures · 1 race');
  });

  it('finds races that the file breaks, with a token that can be replayed', async () => {
    const file = path.join(cwd, 'broken.mjs');
    const { accessFlagRaces } = await import('@racewalk/feature-access-flags');
    const setVsWalker = accessFlagRaces[0] as (typeof accessFlagRaces)[number];
    const id = 'mine/broken';
    const expectsOther = Object.entries(setVsWalker.mutants).map(([name, m]) => [
      name,
      { ...m, breaks: 'UAF' },
    ]);
    const mutants = Object.fromEntries(expectsOther);
    (globalThis as Record<string, unknown>).racewalkTestScenario = { ...setVsWalker, id, mutants };
    writeFileSync(file, 'export const list = [globalThis.racewalkTestScenario];\n');
    const { code, out } = await run(['check', file, '--arch', 'x86-64', '--variant', 'plain-store']);
    expect(code).toBe(1);
    expect(out).toContain('‼ expected violates:UAF, found violates DIRTY');
    const token = /rw1:[\w-]+/.exec(out)?.[0] ?? '';
    expect((await run(['replay', token])).err).toContain('RACEWALK_UNKNOWN_TEST');
    const again = await run(['replay', token, '--scenarios', file]);
    expect([again.code, again.out]).toEqual([0, expect.stringContaining('✗ mine/broken   arch x86-64')]);
  });
});
