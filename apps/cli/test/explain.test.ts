/** The counterexample this project started from, word for word, and the ways to see it again. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeToken, encodeToken, parseTrace } from '@racewalk/trace';
import { describe, expect, it } from 'vitest';
import { run } from './run.js';

const CELL = [
  'contpte/teardown-vs-walker',
  '--arch',
  'arm64-contpte',
  '--variant',
  'mutant:gather-then-clear',
];
const cwd = mkdtempSync(path.join(tmpdir(), 'racewalk-'));

const explain = (...more: string[]) => run(['explain', ...CELL, ...more], { cwd });
const withoutToken = (text: string) => text.replace(/rw1:[\w-]+/, 'rw1:…');
const tokenIn = (text: string) => /rw1:[\w-]+/.exec(text)?.[0] ?? '';

describe('explain', () => {
  it('prints what the README shows', async () => {
    const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
    const [, race = ''] = /```c\n(C lost-dirty\n[\s\S]*?)```/.exec(readme) ?? [];
    expect(race.trimEnd().split('\n')).toHaveLength(10);
    writeFileSync(path.join(cwd, 'lost-dirty.c'), race);
    const { out } = await run(['explain', 'lost-dirty.c', '--arch', 'loongarch64-ptw', '--memory', 'sc'], {
      cwd,
    });
    expect(readme).toContain(`\`\`\`\n${withoutToken(out).trim()}\n\`\`\``);
  });

  it('prints the race of the thread', async () => {
    const { code, out, err } = await explain();
    expect(code).toBe(0);
    expect(err).toMatch(/^found as execution \d+/);
    await expect(withoutToken(out)).toMatchFileSnapshot('golden/gather-then-clear.txt');
    expect(parseTrace((await explain('--format', 'json')).out).events.length).toBeLessThanOrEqual(16);
  });

  it('prints it for a commit message', async () => {
    const short = await explain('--format', 'lkml');
    await expect(short.out).toMatchFileSnapshot('golden/gather-then-clear.short.lkml.txt');
    const { out } = await explain('--format', 'lkml', '--all');
    await expect(withoutToken(out)).toMatchFileSnapshot('golden/gather-then-clear.lkml.txt');
    for (const line of out.split('\n'))
      if (!line.includes('rw1:')) expect(line.length).toBeLessThanOrEqual(72);
  });

  it.each([
    ['markdown', '| step |'],
    ['mermaid', 'sequenceDiagram'],
    ['svg', '<svg'],
  ])('as %s', async (format, has) => {
    expect((await explain('--format', format)).out).toContain(has);
  });

  it('says so where there is nothing to explain', async () => {
    const { code, out } = await run(['explain', 'access-flags/set-vs-walker', '--arch', 'x86-64']);
    expect(code).toBe(0);
    expect(out).toMatch(/^no counterexample: .* holds on x86-64 \([\d ]+ executions?\)\n$/);
  });
});

describe('replay', () => {
  it('of the token prints the same', async () => {
    const { out } = await explain();
    expect(await run(['replay', tokenIn(out)])).toEqual({ code: 0, out, err: '' });
  });

  it('of a trace file prints the same', async () => {
    const { out } = await explain();
    await explain('--format', 'json', '--output', 'trace.json');
    expect((await run(['replay', 'trace.json'], { cwd })).out).toBe(out);
    writeFileSync(path.join(cwd, 'token.txt'), `${tokenIn(out)}\n`);
    expect((await run(['replay', 'token.txt'], { cwd })).out).toBe(out);
  });

  it('of a token of other code names the first step that differs, and prints nothing else', async () => {
    const token = decodeToken(tokenIn((await explain()).out));
    const [head = '', steps = ''] = token.fingerprint.split('.');
    const other = encodeToken({ ...token, fingerprint: `${head}.${steps.slice(0, 4)}AA${steps.slice(6)}` });
    const { code, out, err } = await run(['replay', other]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(
      /^error RACEWALK_TOKEN_STALE: the code has changed since .*: step 3 differs, it is now "/,
    );
    expect(err).toContain('hint: make a new token');
  });

  it('of a token with an unknown name says which', async () => {
    const token = decodeToken(tokenIn((await explain()).out));
    for (const [change, code] of [
      [{ scenario: 'contpte/gone' }, 'RACEWALK_UNKNOWN_TEST'],
      [{ arch: 'gone' }, 'RACEWALK_UNKNOWN_ARCH'],
      [{ variant: 'mutant:gone' }, 'RACEWALK_UNKNOWN_VARIANT'],
    ] as const) {
      const run2 = await run(['replay', encodeToken({ ...token, ...change })]);
      expect([run2.code, run2.err]).toEqual([2, expect.stringContaining(code)]);
    }
  });
});

describe('shrink', () => {
  it('prints a schedule with the same fault that is no longer', async () => {
    const { out } = await explain();
    const short = await run(['shrink', tokenIn(out), '--format', 'json']);
    expect(short.code).toBe(0);
    const trace = parseTrace(short.out);
    expect(trace.fault?.code).toBe('DIRTY');
    expect(trace.events.length).toBeLessThanOrEqual(16);
    expect(short.err).toMatch(/^\d+ steps before, \d+ steps now\n$/);
  });
});
