/** What a shell completes, and that bash does it with the script that is printed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { SCRIPTS, SHELLS } from '../src/completion/scripts.js';
import { run } from './run.js';

const complete = async (...words: string[]): Promise<string[]> =>
  (await run(['complete', '--', ...words])).out.split('\n').filter(Boolean);

describe('completion', () => {
  it.each([
    [['ex'], ['explore', 'explain']],
    [['explain', 'reclaim/unmap-o'], ['reclaim/unmap-one']],
    [['explain', 'reclaim/unmap-one', '--arch', 'arm64-contpte-'], ['arm64-contpte-sw']],
    [['conformance', '--arch', 'x86-64,sw-d'], ['x86-64,sw-dirty']],
    [['explain', 'reclaim/unmap-one', '--variant', 'dirty-b'], ['dirty-before-clear']],
    [['explain', 'reclaim/unmap-one', '--variant', 'mutant:dirty-b'], ['mutant:dirty-before-clear']],
    [['explain', 'reclaim/unmap-one', '--for'], ['--format']],
    [['explain', 'reclaim/unmap-one', '--format', 'lk'], ['lkml']],
    [['completion', 'z'], ['zsh']],
    [['c', 'na'], ['names']],
    [['conformance', '--output', ''], []],
  ])('%j', async (words, expected) => {
    expect(await complete(...words)).toEqual(expected);
  });

  it('has every command, and none that is hidden', async () => {
    const all = await complete('');
    expect(all).toContain('conformance');
    expect(all).not.toContain('complete');
  });

  it.each(SHELLS)('prints a script for %s', async (shell) => {
    expect(await run(['completion', shell])).toMatchObject({ code: 0, out: SCRIPTS[shell] });
    const there = spawnSync(shell, ['-c', 'true']).status === 0;
    if (!there) return console.warn(`${shell} is not installed: its script is not parsed`);
    const dir = mkdtempSync(path.join(tmpdir(), 'racewalk-'));
    const file = path.join(dir, 'script');
    // From a file: fish reads no pipe with -n.
    writeFileSync(file, SCRIPTS[shell]);
    execFileSync(shell, ['-n', file]);
    rmSync(dir, { recursive: true });
  });

  it('bash completes with it', () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'racewalk-'));
    try {
      const bin = path.join(dir, 'racewalk');
      writeFileSync(bin, '#!/bin/sh\nshift 2\nfor word; do echo "seen:$word"; done\n');
      chmodSync(bin, 0o755);
      const env = { ...process.env, PATH: `${dir}:${process.env.PATH}` };
      const asked = (line: string): string => {
        const ask = `${SCRIPTS.bash}\nCOMP_LINE='${line}'\nCOMP_POINT=${line.length}\n_racewalk\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
        return execFileSync('bash', ['-c', ask], { env, encoding: 'utf8' });
      };
      expect(asked('racewalk explain rec')).toBe('seen:explain\nseen:rec\n');
      expect(asked('racewalk explain ')).toBe('seen:explain\nseen:\n');
      // What stands before a colon is there already.
      writeFileSync(bin, '#!/bin/sh\necho linux:6.12\n');
      expect(asked('racewalk explain a --variant linux:6')).toBe('6.12\n');
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
