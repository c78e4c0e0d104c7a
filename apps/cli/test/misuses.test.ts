/** The mistakes of misuses/table.ts: each has its message, its code and its exit code; none is green, and none hangs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { silentIo } from '../src/io.js';
import { supervise } from '../src/scale/supervise.js';
import { misuseFile } from './misuses/file.js';
import type { Misuse } from './misuses/kinds.js';
import { MISUSES } from './misuses/table.js';
import { run } from './run.js';

// Inside the repository, so that the files find the packages.
const cwd = mkdtempSync(fileURLToPath(new URL('./tmp-', import.meta.url)));
afterAll(() => rmSync(cwd, { recursive: true }));

const supervised = new URL('../dist/supervised.js', import.meta.url);

async function check({ file, variant = 'upstream', thread }: Misuse, number: number) {
  const name = misuseFile(cwd, `misuse-${number}`, file);
  const argv = ['check', name, '--arch', 'x86-64', '--variant', variant];
  if (thread !== true) return await run(argv, { cwd });
  let [out, err] = ['', ''];
  const io = {
    ...silentIo(cwd),
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  return { code: await supervise(argv, io, supervised, 2_000), out, err };
}

describe('whoever makes a mistake is told', () => {
  it.each(MISUSES.map((misuse, i) => [misuse.what, misuse, i] as const))('%s', async (_, misuse, i) => {
    const { code, out, err } = await check(misuse, i);
    // What is printed in the width of a terminal is one line here.
    const said = (out + err).replace(/\s*\n\s+/g, ' ');
    expect([code, said]).toEqual([misuse.exit, expect.stringMatching(misuse.says)]);
    expect(code).not.toBe(0);
  });

  it('there are at least fifty', () => {
    expect(new Set(MISUSES.map(({ what }) => what)).size).toBe(MISUSES.length);
    expect(MISUSES.length).toBeGreaterThanOrEqual(50);
  });
});
