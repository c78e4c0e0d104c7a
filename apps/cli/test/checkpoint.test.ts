/** Runs that are interrupted and gone on with. */
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseReport } from '@racewalk/conformance';
import { describe, expect, it } from 'vitest';
import { run } from './run.js';

const cwd = mkdtempSync(path.join(tmpdir(), 'racewalk-'));
const FAMILY = ['conformance', '--test', 'access-flags/*', '--reporter', 'json'];
const CELL = ['explore', 'contpte/partial-dontneed', '--arch', 'arm64-contpte'];

/** A user who interrupts when asked for the n-th time. */
const impatient = (n: number) => {
  let asked = 0;
  return {
    get aborted() {
      asked++;
      return asked > n;
    },
  };
};

const counts = (json: string) =>
  parseReport(json).cells.map((c) => [c.test, c.variant, c.arch, c.verdict, c.executions, c.steps]);

describe('--checkpoint', () => {
  it('lets a run of the matrix go on, with the counts of one that was never interrupted', async () => {
    const file = path.join(cwd, 'matrix.json');
    const stopped = await run([...FAMILY, '--checkpoint', file], { cwd, signal: impatient(40) });
    expect(stopped.code).toBe(130);
    expect(parseReport(stopped.out).interrupted).toBe(true);
    expect(existsSync(file)).toBe(true);
    const again = await run([...FAMILY, '--checkpoint', file], { cwd, signal: impatient(60) });
    expect([again.code, again.err]).toEqual([
      130,
      expect.stringMatching(/going on after \d+ finished cells/),
    ]);
    const resumed = await run([...FAMILY, '--checkpoint', file], { cwd });
    expect(resumed.code).toBe(0);
    expect(existsSync(file)).toBe(false);
    expect(counts(resumed.out)).toEqual(counts((await run(FAMILY, { cwd })).out));
  });

  it('lets one long search go on in the middle', async () => {
    const file = path.join(cwd, 'cell.json');
    const stopped = await run([...CELL, '--checkpoint', file], { cwd, signal: impatient(2) });
    expect(stopped.code).toBe(130);
    const { running } = JSON.parse(readFileSync(file, 'utf8'));
    expect(running.at.search.executions).toBeGreaterThan(0);
    const resumed = await run([...CELL, '--checkpoint', file], { cwd });
    const explored = (out: string) => /explored.*redundant, [\d ]+ steps/.exec(out)?.[0];
    expect(explored(resumed.out)).toBe(explored((await run(CELL, { cwd })).out));
    expect(existsSync(file)).toBe(false);
  });

  it('refuses the file of another run', async () => {
    const file = path.join(cwd, 'other.json');
    await run([...FAMILY, '--checkpoint', file], { cwd, signal: impatient(40) });
    const other = await run(['conformance', '--test', 'mremap/*', '--checkpoint', file], { cwd });
    expect([other.code, other.out]).toEqual([2, '']);
    expect(other.err).toMatch(
      /^error RACEWALK_BAD_CHECKPOINT: .*another set of cells[^\n]*\nhint: .*remove the file/,
    );
  });
});
