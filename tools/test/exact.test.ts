import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { optionsOf } from '../exact/options.mjs';
import { summary } from '../exact/report.mjs';

const script = fileURLToPath(new URL('../exact/run.mjs', import.meta.url));
const exact = (...options: string[]) =>
  spawnSync(process.execPath, [script, ...options], { encoding: 'utf8', timeout: 880_000 });

describe('random programs against brute force', () => {
  // How many, for a quick look: RACEWALK_PROGRAMS.
  const programs = process.env.RACEWALK_PROGRAMS ?? '20000';

  it(`the built explorer is exact on ${programs} programs`, { timeout: 900_000 }, () => {
    const { status, stdout } = exact('--programs', programs);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^\d+ programs in /m)]);
    const tried = Number(/^(\d+) programs in /m.exec(stdout)?.[1]);
    expect(tried).toBeGreaterThanOrEqual(Number(programs));
  });

  const weak = process.env.RACEWALK_WEAK_PROGRAMS ?? '3000';

  it(`and on ${weak} in the weak order`, { timeout: 900_000 }, () => {
    const { status, stdout } = exact('--weak', '--programs', weak);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^interrupts +\d+/m)]);
    const tried = Number(/^(\d+) programs in /m.exec(stdout)?.[1]);
    expect(tried).toBeGreaterThanOrEqual(Number(weak));
  });

  it('says what it does not understand', () => {
    const { status, stderr } = exact('--flavour', 'vanilla');
    expect([status, stderr]).toEqual([2, expect.stringContaining('--flavour: mixed, tlb, ')]);
  });
});

describe('the options', () => {
  it('have defaults', () => {
    expect(optionsOf([], ['tlb', 'ipi'], ['loads'])).toMatchObject({
      programs: 20_000,
      seed: 0,
      limit: 600,
      flavours: ['tlb', 'ipi'],
      weak: false,
    });
    expect(optionsOf(['--weak'], ['tlb', 'ipi'], ['loads'])).toMatchObject({
      flavours: ['loads'],
      weak: true,
    });
    expect(optionsOf(['--seed', '7', '--flavour', 'ipi'], ['tlb', 'ipi'], ['loads'])).toMatchObject({
      seed: 7,
      flavours: ['ipi'],
    });
  });

  it.each([['--programs', '0'], ['--seed', '-1'], ['--workers', 'two'], ['--nonsense']])(
    'refuse %s %s',
    (...argv) => {
      expect(() => optionsOf(argv, ['tlb'], ['loads'])).toThrow(/--/);
    },
  );
});

it('the summary adds up', () => {
  const sums = { programs: 2, leftOut: 1, traces: 10, deadlocks: 3 };
  const lines = summary({ tlb: sums, ipi: sums }, 2).split('\n');
  expect(lines.slice(3)).toEqual([
    expect.stringMatching(/^all +4 +20 +6 +2$/),
    '4 programs in 2.0 s, 2/s',
    '',
  ]);
});
