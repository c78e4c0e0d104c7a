/**
 * Other people's tests, which are not in this repository. `RACEWALK_LITMUS_TESTS` names a folder that has, for each set,
 * a folder of tests and a table of reference states: `NAME/` and `NAME.json`.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { main, silentIo } from '../src/index.js';

const ROOT = process.env.RACEWALK_LITMUS_TESTS;
const missing = ROOT === undefined ? 'RACEWALK_LITMUS_TESTS is not set: no reference tests are run' : null;
if (missing !== null) console.warn(missing);

/** What the sum of a set must say; a search of ISA03 alone takes ten seconds. */
const SETS = [
  ['aarch64', [], /sound \d+ \(100\.0 %\), exact \d+ \(100\.0 %\)/],
  ['riscv', [], /sound \d+ \(100\.0 %\), exact \d+ \(100\.0 %\)/],
  ['arm-vmsa', ['--ets2', 'on'], /sound \d+ \(100\.0 %\), exact \d+ \((?:100\.0|9[89]\.\d) %\)/],
  ['arm-vmsa', ['--ets2', 'off'], /sound \d+ \(100\.0 %\), exact \d+ \((?:100\.0|9[89]\.\d) %\)/],
  ['lkmm', ['--memory', 'sc'], /within \d+ \(100\.0 %\)/],
  ['lkmm', ['--memory', 'tso'], /within \d+ \(100\.0 %\)/],
] as const;

const TITLE = missing === null ? 'reference tests' : `reference tests (skipped: ${missing})`;

describe.skipIf(missing !== null)(TITLE, { timeout: 600_000 }, () => {
  it.each(SETS)('%s %s', async (set, options, wanted) => {
    const [folder, table] = [path.join(ROOT ?? '', set), path.join(ROOT ?? '', `${set}.json`)];
    expect(existsSync(folder) && existsSync(table)).toBe(true);
    let out = '';
    const io = {
      ...silentIo(process.cwd()),
      out: (text: string) => {
        out += text;
      },
    };
    await main(['litmus', folder, '--against', table, ...options], io);
    expect(out.split('\n')[0]).toMatch(wanted);
  });
});
