/** Runs that are interrupted and gone on with. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseReport } from '@racewalk/conformance/schema';
import { describe, expect, it } from 'vitest';
import { command, start, until } from './command.js';
import { LARGE, LARGE_EXECUTIONS } from './large.js';
import { run } from './run.js';

const cwd = mkdtempSync(path.join(tmpdir(), 'racewalk-'));
const FAMILY = ['conformance', '--test', 'access-flags/*', '--reporter', 'json'];
/** Takes seconds on a fast machine, too: a search looks at the signal twice a second. */
const CELL = ['explore', ...LARGE];

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

describe('--checkpoint and sudden death', () => {
  /** Start, wait until a file was written for the first time or anew, and kill. */
  async function killed(argv: readonly string[], file: string): Promise<void> {
    const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const { child, ended } = start(argv);
    await until(() => (existsSync(file) && readFileSync(file, 'utf8') !== before ? true : undefined));
    child.kill('SIGKILL');
    expect((await ended).code).toBe(null);
  }

  it.each([1, 2, 3])('a large search survives being killed twice, %i workers', async (workers) => {
    const file = path.join(cwd, `large-${workers}.json`);
    const argv = [...CELL, '--checkpoint', file];
    await killed([...argv, '--workers', String(workers)], file);
    await killed([...argv, '--workers', String(workers)], file);
    // Any number may go on with it.
    const { code, out } = await command([...argv, '--workers', String((workers % 3) + 1)]);
    expect([code, out]).toEqual([0, expect.stringContaining(LARGE_EXECUTIONS)]);
    expect(existsSync(file)).toBe(false);
  });

  it('the matrix survives being killed twice', async () => {
    const file = path.join(cwd, 'killed-matrix.json');
    const part = ['conformance', '--arch', 'arm64-contpte,sw-dirty', '--reporter', 'json', '--workers', '2'];
    await killed([...part, '--checkpoint', file], file);
    await killed([...part, '--checkpoint', file], file);
    const resumed = await command([...part, '--checkpoint', file]);
    expect([resumed.code, resumed.err]).toEqual([0, expect.stringMatching(/going on after \d+ finished/)]);
    expect(counts(resumed.out)).toEqual(counts((await command(part)).out));
    // Three runs of a sixth of the matrix.
  }, 240_000);

  it.each(['SIGINT', 'SIGTERM'] as const)('%s ends with 130 and says how to go on', async (signal) => {
    const file = path.join(cwd, `${signal}.json`);
    const argv = [...CELL, '--checkpoint', file, '--workers', '2'];
    const { child, ended } = start(argv);
    await until(() => (existsSync(file) ? true : undefined));
    child.kill(signal);
    const { code, err } = await ended;
    expect([code, err]).toEqual([130, expect.stringContaining(`to go on from ${file}`)]);
    expect((await command(argv)).out).toContain(LARGE_EXECUTIONS);
  });
});

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
      expect.stringMatching(/going on after \d+ finished cells(.|\n)*run the same command again/),
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
    const { running } = JSON.parse(JSON.parse(readFileSync(file, 'utf8')).state);
    expect(running[0].at.search.executions).toBeGreaterThan(0);
    const resumed = await run([...CELL, '--checkpoint', file], { cwd });
    expect(resumed.err).toMatch(/^going on after [\d ]+ executions of /);
    const explored = (out: string) => /explored.*redundant, [\d ]+ steps/.exec(out)?.[0];
    expect(explored(resumed.out)).toBe(explored((await run(CELL, { cwd })).out));
    expect(existsSync(file)).toBe(false);
  });

  it('refuses a file that is damaged', async () => {
    const file = path.join(cwd, 'damaged.json');
    await run([...CELL, '--checkpoint', file], { cwd, signal: impatient(2) });
    const text = readFileSync(file, 'utf8');
    const empty = '{"cells":[]}';
    const sum = createHash('sha256').update(empty).digest('hex');
    const hollow = JSON.stringify({ ...JSON.parse(text), state: empty, sha256: sum });
    for (const wrong of ['', text.slice(0, 900), text.replace(/\d(?=\d)/g, '7'), '{}', '[1]', hollow]) {
      writeFileSync(file, wrong);
      const { code, err } = await run([...CELL, '--checkpoint', file], { cwd });
      expect([code, err]).toEqual([2, expect.stringMatching(/^error RACEWALK_BAD_CHECKPOINT: /)]);
    }
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
