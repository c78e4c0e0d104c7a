/** Counterexamples of races in C and of patches: every form, tokens, and what happens when the text is another one. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import { decodeToken, encodeToken } from '@racewalk/trace';
import { describe, expect, it } from 'vitest';
import { DIFF, directory, treeWith } from './kernel-tree.js';
import { run } from './run.js';

const RACE = readFileSync(
  fileURLToPath(new URL('../../../docs/examples/c/lost-dirty.c', import.meta.url)),
  'utf8',
);
const cwd = () => directory({ 'lost-dirty.c': RACE, 'other.c': RACE.replace('*p = 1', '*p = 2') });
const tokenIn = (text: string) => /rw1:[\w-]+/.exec(text)?.[0] ?? '';
const VARIANT = ['--variant', 'read-then-clear'];

describe('a race in a file', () => {
  it('is explained on the first plug-in that it breaks on, with its lines', async () => {
    const { code, out } = await run(['explain', 'lost-dirty.c', ...VARIANT], { cwd: cwd() });
    expect(out).toMatch(/^✗ c\/lost-dirty {3}arch arm64-contpte {3}variant mutant:read-then-clear/);
    expect(out).toMatch(/lost-dirty\.c:\d+ {2}\+ pte_clear\(mm, addr, ptep\);/);
    expect(out).toContain('is not built in: replay with --scenarios lost-dirty.c');
    expect(code).toBe(0);
  });

  it('is explained for a commit message, with C and a command that finds it again', async () => {
    const argv = ['explain', 'lost-dirty.c', ...VARIANT, '--arch', 'x86-64', '--format', 'lkml'];
    const { out } = await run(argv, { cwd: cwd() });
    expect(out).toContain('*p = 1;');
    expect(out).toContain('  racewalk explain lost-dirty.c \\\n');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(72);
  });

  it.each([
    ['markdown', '| step |'],
    ['mermaid', 'sequenceDiagram'],
    ['svg', '<svg'],
    ['json', '"schema": "racewalk.trace/2"'],
  ])('is explained as %s', async (format, has) => {
    const argv = ['explain', 'lost-dirty.c', ...VARIANT, '--format', format];
    expect((await run(argv, { cwd: cwd() })).out.replace('"schema":"', '"schema": "')).toContain(has);
  });

  it('is an address of the web page that holds its text', async () => {
    const { out } = await run(['explain', 'lost-dirty.c', ...VARIANT, '--format', 'link'], { cwd: cwd() });
    const { hash } = new URL(out);
    const [path = '', query = ''] = hash.split('?');
    expect(path).toBe('#/race/arm64-contpte/mutant%3Aread-then-clear');
    const search = new URLSearchParams(query);
    expect(search.get('file')).toBe('lost-dirty.c');
    expect(inflateRawSync(Buffer.from(search.get('c') ?? '', 'base64url')).toString()).toBe(RACE);
  });

  it('without a variant that breaks says so', async () => {
    const { code, out } = await run(['explain', 'lost-dirty.c'], { cwd: cwd() });
    expect(out).toMatch(/^no counterexample: c\/lost-dirty upstream holds on/);
    expect(code).toBe(0);
  });

  it('needs --arch where the race is built in', async () => {
    const { code, err } = await run(['explain', 'contpte/teardown-vs-walker']);
    expect(err).toContain("error RACEWALK_USAGE: required option '--arch <name>' not specified");
    expect(code).toBe(2);
  });
});

describe('a token of a race in C', () => {
  const made = async (dir: string, ...more: string[]) =>
    await run(['explain', 'lost-dirty.c', ...VARIANT, ...more], { cwd: dir });

  it('replays with the file, and becomes no longer', async () => {
    const dir = cwd();
    const { out } = await made(dir);
    const again = await run(['replay', tokenIn(out), '--scenarios', 'lost-dirty.c'], { cwd: dir });
    expect(again).toEqual({ code: 0, out, err: '' });
    const short = await run(['shrink', tokenIn(out), '--scenarios', 'lost-dirty.c'], { cwd: dir });
    expect(short.err).toMatch(/^\d+ steps before, \d+ steps now\n$/);
    expect(short.out).toContain('invariant DIRTY');
  });

  it('replays when a mailer has changed the ends of lines', async () => {
    const dir = cwd();
    const { out } = await made(dir);
    const mailed = directory({ 'lost-dirty.c': `${RACE.replaceAll('\n', ' \r\n')}\n\n` });
    const { code, err } = await run(['replay', tokenIn(out), '--scenarios', 'lost-dirty.c'], { cwd: mailed });
    expect([code, err]).toEqual([0, '']);
  });

  it('is refused with another text', async () => {
    const dir = cwd();
    const token = tokenIn((await made(dir)).out);
    const { code, out, err } = await run(['replay', token, '--scenarios', 'other.c'], { cwd: dir });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(
      'error RACEWALK_TOKEN_TEXT: the token was made with another text than other.c has now',
    );
    expect(err).toContain('hint: give the file as it was');
  });

  it('is refused where the text is read in another way', async () => {
    const dir = cwd();
    const token = tokenIn((await made(dir, '--plain', 'once')).out);
    const argv = ['replay', token, '--scenarios', 'lost-dirty.c'];
    const { err } = await run(argv, { cwd: dir });
    expect(err).toContain('error RACEWALK_TOKEN_TEXT: the token was made with other CONFIG symbols');
    expect((await run([...argv, '--plain', 'once'], { cwd: dir })).code).toBe(0);
  });

  it('from before checksums is compared step by step', async () => {
    const dir = cwd();
    const { out } = await made(dir);
    const data = decodeToken(tokenIn(out));
    const [fingerprint = ''] = data.fingerprint.split('~');
    const argv = ['replay', encodeToken({ ...data, fingerprint }), '--scenarios', 'lost-dirty.c'];
    expect((await run(argv, { cwd: dir })).out).toBe(out);
  });

  it('without the file says which option gives it', async () => {
    const { err } = await run(['replay', tokenIn((await made(cwd())).out)]);
    expect(err).toContain('the token is about the race test c/lost-dirty, which is not here');
    expect(err).toContain('--scenarios FILE');
  });
});

describe('a token of a patch', () => {
  const ARGV = ['--patch', 'fix.patch', '--tree', 'tree'];
  const CELL = ['--test', 'contpte/teardown-vs-walker', '--arch', 'x86-64'];

  it('replays with the patch and the tree, and is refused with other ones', async () => {
    const dir = treeWith({ 'fix.patch': DIFF });
    const { out } = await run(['check', ...ARGV, ...CELL], { cwd: dir });
    expect(out.replace(/\s+/g, ' ')).toContain(
      'the text is not in the token: replay with --patch fix.patch --tree tree',
    );
    const token = tokenIn(out);
    const again = await run(['replay', token, ...ARGV], { cwd: dir });
    expect([again.code, again.err]).toEqual([0, '']);
    expect(again.out).toMatch(/fix\.patch:\d+\s+\+\s+WRITE_ONCE\(\*ptep, __pte\(0\)\);/);
    const other = treeWith({ 'fix.patch': DIFF.replace('READ_ONCE(*ptep)', 'ptep_get(ptep)') });
    const { code, err } = await run(['replay', token, ...ARGV], { cwd: other });
    expect([code, err]).toEqual([2, expect.stringContaining('RACEWALK_TOKEN_TEXT')]);
    const without = await run(['replay', token], { cwd: dir });
    expect([without.code, without.err]).toEqual([2, expect.stringContaining('error RACEWALK_')]);
  });
});
