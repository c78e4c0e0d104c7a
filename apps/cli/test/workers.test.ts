/** `--workers`: the same report, whoever did the work, and whoever died of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ConformanceReport } from '@racewalk/conformance/matrix';
import { parseReport } from '@racewalk/conformance/schema';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { command, module } from './command.js';
import { LARGE, LARGE_EXECUTIONS } from './large.js';
import { run } from './run.js';

const cwd = mkdtempSync(path.join(tmpdir(), 'racewalk-workers-'));
afterAll(() => rmSync(cwd, { recursive: true }));

/** Without times, and without steps: how many belong to one execution may depend on how a search was cut. */
const findings = ({ cells, summary }: ConformanceReport) => ({
  cells: cells.map(({ ms: _, steps: __, trace, token, ...cell }) => [
    cell,
    trace?.fault?.code,
    token === undefined,
  ]),
  summary: { ...summary, ms: 0, steps: 0 },
});

const matrix = async (...argv: string[]) => {
  const { code, out, err } = await command(['conformance', '--reporter', 'json', ...argv]);
  return { code, err, ...findings(parseReport(out)) };
};

/** Runs of the whole command, several in a row: a busy machine may take a while. */
vi.setConfig({ testTimeout: 240_000 });

describe('--workers', () => {
  it('makes no difference to the report', async () => {
    const part = ['--test', 'access-flags/*,as-dirty/clean-*', '--arch', 'arm64-contpte,x86-64,sw-dirty'];
    const one = await matrix(...part, '--workers', '1');
    expect(one.code).toBe(0);
    expect(await matrix(...part, '--workers', '2')).toEqual(one);
    expect(await matrix(...part, '--workers', '5')).toEqual(one);
  });

  it('makes no difference to what is expected in another order', async () => {
    const part = ['--test', 'switch/mask-before-load', '--arch', 'riscv64,x86-64', '--memory', 'weak'];
    const one = await matrix(...part, '--workers', '1');
    expect(one.code).toBe(0);
    expect(await matrix(...part, '--workers', '2')).toEqual(one);
  });

  it('makes no difference to one large search, which is cut up', async () => {
    const argv = ['explore', ...LARGE];
    const [one, three] = [await command(argv), await command([...argv, '--workers', '3'])];
    expect([one.code, three.code, three.err]).toEqual([0, 0, '']);
    const executions = (out: string) => /explored +([\d ]+) execution/.exec(out)?.[1];
    expect(executions(one.out)).toBe(LARGE_EXECUTIONS);
    expect(executions(three.out)).toBe(LARGE_EXECUTIONS);
  });

  it('runs the race tests of a file, and those of a plug-in from a file', async () => {
    const argv = ['check', module('deadly'), '--test', 'deadly/never', '--reporter', 'json'];
    const one = findings(parseReport((await command([...argv, '--workers', '1'])).out));
    const two = findings(parseReport((await command([...argv, '--workers', '2'])).out));
    expect(two).toEqual(one);
    expect(two.cells.length).toBeGreaterThan(5);
  });

  it('loses nothing when a worker dies: its task is given to another', async () => {
    const argv = ['check', module('deadly'), '--reporter', 'json', '--workers', '2'];
    const env = { RACEWALK_TEST_MARKER: path.join(cwd, 'died') };
    const once = parseReport((await command([...argv, '--test', 'deadly/once'], env)).out);
    const never = parseReport((await command([...argv, '--test', 'deadly/never'], env)).out);
    const counts = ({ cells }: ConformanceReport) => cells.map((c) => [c.verdict, c.executions]);
    expect(counts(once)).toEqual(counts(never));
  });

  it('reports what kills two workers, with the schedule below which it does', async () => {
    const argv = [
      'check',
      module('deadly'),
      '--test',
      'deadly/always,deadly/never',
      '--arch',
      'x86-64',
      '--variant',
      'upstream',
    ];
    const { code, out } = await command([...argv, '--workers', '2', '--reporter', 'json']);
    expect(code).toBe(1);
    const [deadly, harmless] = parseReport(out).cells;
    expect(deadly).toMatchObject({ test: 'deadly/always', verdict: 'error', asExpected: false });
    expect(deadly?.reason).toMatch(
      /^two workers died of it \(exit code 7\) below this schedule: .*; in the code of user, behind ptep_get pte\[0\]/,
    );
    expect(harmless).toMatchObject({ test: 'deadly/never', verdict: 'holds' });
  });

  it('says so if workers die only when a counterexample is shortened', async () => {
    const argv = ['check', module('deadly'), '--test', 'deadly/always', '--arch', 'x86-64'];
    const mutant = ['--variant', 'read-then-store', '--workers', '2', '--reporter', 'json'];
    const { code, out } = await command([...argv, ...mutant]);
    expect(code).toBe(1);
    const [cell] = parseReport(out).cells;
    expect(cell).toMatchObject({ verdict: 'error', asExpected: false });
    expect(cell?.reason).toMatch(
      /^two workers died of it .* while the counterexample of DIRTY was shortened/,
    );
    expect(cell?.reason).toMatch(/below this schedule: .*ptep_get/);
  });

  it('is refused where it makes no sense', async () => {
    expect((await run(['conformance', '--workers', '0'])).err).toMatch(/^error RACEWALK_USAGE: --workers/);
    expect((await run(['conformance', '--workers', '999'])).err).toMatch(/RACEWALK_USAGE.*too many/);
    expect((await run(['conformance', '--workers', '2'])).err).toMatch(/RACEWALK_UNSUPPORTED.*no threads/);
  });
});

describe('--shard', () => {
  it.each([3, 5])('cuts the matrix into %i parts that make up the whole', async (count) => {
    const argv = ['conformance', '--test', 'access-flags/*,mremap/*', '--arch', 'x86-64,sw-dirty'];
    const files = Array.from({ length: count }, (_, i) => path.join(cwd, `${count}-${i + 1}.json`));
    for (const [i, file] of files.entries()) {
      const shard = ['--shard', `${i + 1}/${count}`, '--reporter', 'json', '--output', file];
      expect((await command([...argv, ...shard])).code).toBe(0);
    }
    const merged = await command(['merge', ...files.toReversed(), '--reporter', 'json']);
    expect(merged.code).toBe(0);
    const sorted = (json: string) => {
      const { cells, summary } = findings(parseReport(json));
      return { cells: cells.map((cell) => JSON.stringify(cell)).sort(), summary };
    };
    const whole = await command([...argv, '--reporter', 'json']);
    expect(sorted(merged.out)).toEqual(sorted(whole.out));
    // A part that never came must not look like success.
    const some = await command(['merge', ...files.slice(1), '--reporter', 'json']);
    expect([some.code, some.err]).toEqual([1, `not the whole run: missing --shard 1/${count}\n`]);
    const file = path.join(cwd, 'some.json');
    writeFileSync(file, some.out);
    expect((await command(['merge', file, files[0] ?? ''])).code).toBe(0);
  });

  it('does not add up parts of different runs', async () => {
    const files = ['access-flags/*', 'mremap/*'].map((_, i) => path.join(cwd, `part-${i}.json`));
    const argv = ['conformance', '--arch', 'x86-64', '--reporter', 'json'];
    await command([...argv, '--test', 'access-flags/*', '--shard', '1/2', '--output', files[0] ?? '']);
    await command([...argv, '--test', 'mremap/*', '--shard', '2/2', '--output', files[1] ?? '']);
    const { code, err } = await command(['merge', ...files]);
    expect([code, err]).toEqual([2, expect.stringMatching(/RACEWALK_MERGE: .*different runs.*\nhint: /)]);
  });
});
