/**
 * What goes wrong around a run: the disk is full, the reader goes away, reports do not belong together or were changed, a
 * token comes out of a mail, a file uses a second copy of core. Nothing is lost, and the exit code says what happened.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { misuseFile } from './misuses/file.js';
import { run } from './run.js';

const bin = fileURLToPath(new URL('../bin/racewalk.js', import.meta.url));
const core = fileURLToPath(new URL('../../../packages/core', import.meta.url));
// Inside the repository, so that the files find the packages.
const root = mkdtempSync(fileURLToPath(new URL('./tmp-', import.meta.url)));
afterAll(() => rmSync(root, { recursive: true }));

let rooms = 0;
function room(): string {
  const cwd = path.join(root, String(rooms++));
  mkdirSync(cwd);
  return cwd;
}

const env = { ...process.env, NODE_OPTIONS: '' };
const QUICK = ['--test', 'access-flags/set-vs-walker', '--arch', 'x86-64'];
/** A mutant that is expected to break and does not. */
const UNCAUGHT = ['--arch', 'x86-64', '--variant', 'mutant:none'];

/** The command where no file may be larger than a few blocks: as on a disk that has no more room. */
function onFullDisk(cwd: string, argv: readonly string[]) {
  const script = 'ulimit -f 1; exec "$@"';
  return spawnSync('bash', ['-c', script, 'bash', process.execPath, bin, ...argv], {
    cwd,
    encoding: 'utf8',
    env,
  });
}

describe('a disk that is full', () => {
  it('leaves the report of before, and nothing besides', () => {
    const cwd = room();
    writeFileSync(path.join(cwd, 'report.json'), 'old');
    const done = onFullDisk(cwd, ['conformance', ...QUICK, '--reporter', 'json', '--output', 'report.json']);
    expect([done.status, done.stderr]).toEqual([
      2,
      expect.stringMatching(/RACEWALK_FILE: cannot write report/),
    ]);
    expect(readFileSync(path.join(cwd, 'report.json'), 'utf8')).toBe('old');
    expect(readdirSync(cwd)).toEqual(['report.json']);
  });

  it('leaves the checkpoint of before, from which the search still goes on', () => {
    const cwd = room();
    const race = ['explore', 'zap/pending-count', '--arch', 'x86-64', '--checkpoint', 'c.json'];
    const first = spawnSync(process.execPath, [bin, ...race, '--executions', '500'], { cwd, env });
    expect(first.status).toBe(3);
    const before = readFileSync(path.join(cwd, 'c.json'), 'utf8');
    const full = onFullDisk(cwd, [...race, '--executions', '1000']);
    expect([full.status, full.stderr]).toEqual([
      2,
      expect.stringMatching(/RACEWALK_FILE: cannot write c\.json/),
    ]);
    expect(readFileSync(path.join(cwd, 'c.json'), 'utf8')).toBe(before);
    expect(readdirSync(cwd)).toEqual(['c.json']);
  });

  it('is told from a path that is wrong', () => {
    const done = spawnSync(process.execPath, [bin, 'conformance', ...QUICK, '--output', '/dev/full'], {
      encoding: 'utf8',
      env,
    });
    expect([done.status, done.stderr]).toEqual([
      2,
      expect.stringMatching(/cannot write \/dev\/full: the disk is full\nhint: make room/),
    ]);
  });
});

describe('a reader that goes away', () => {
  it('changes no exit code', async () => {
    const cwd = room();
    const file = misuseFile(cwd, 'pipe', {});
    const child = spawn(process.execPath, [bin, 'check', file, ...UNCAUGHT], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    child.stderr.resume();
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(1);
  });
});

async function reportOf(cwd: string, argv: readonly string[], name: string): Promise<string> {
  await run([...argv, '--reporter', 'json', '--output', name], { cwd });
  return readFileSync(path.join(cwd, name), 'utf8');
}

describe('reports', () => {
  it('of two versions are not added up', async () => {
    const cwd = room();
    const text = await reportOf(cwd, ['conformance', ...QUICK], 'new.json');
    const { version } = JSON.parse(text) as { version: string };
    writeFileSync(path.join(cwd, 'old.json'), text.replace(`"version":"${version}"`, '"version":"0.0.9"'));
    const { code, err } = await run(['merge', 'new.json', 'old.json'], { cwd });
    expect([code, err]).toEqual([2, expect.stringMatching(/RACEWALK_MERGE: .*different versions/)]);
  });

  it('are judged anew: what a file says of itself does not count', async () => {
    const cwd = room();
    const file = misuseFile(cwd, 'uncaught', {});
    const text = await reportOf(cwd, ['check', file, ...UNCAUGHT], 'bad.json');
    expect(text).toContain('"asExpected":false');
    const changed = text
      .replaceAll('"asExpected":false', '"asExpected":true')
      .replace(/"unexpected":1/, '"unexpected":0');
    writeFileSync(path.join(cwd, 'good.json'), changed);
    const { code, out } = await run(['merge', 'good.json'], { cwd });
    expect([code, out]).toEqual([1, expect.stringContaining('1 UNEXPECTED')]);
  });

  it('that are no reports are refused', async () => {
    const cwd = room();
    writeFileSync(path.join(cwd, 'a.json'), '{"schema":"racewalk.conformance/3"');
    writeFileSync(path.join(cwd, 'b.json'), '{"schema":"racewalk.trace/2"}');
    for (const name of ['a.json', 'b.json', 'none.json']) {
      const { code, err } = await run(['merge', name], { cwd });
      expect([name, code, err]).toEqual([name, 2, expect.stringMatching(/^error RACEWALK_/)]);
    }
  });
});

describe('a token', () => {
  const mutant = ['access-flags/set-vs-walker', '--arch', 'x86-64', '--variant', 'plain-store'];

  async function token(): Promise<string> {
    const { out } = await run(['explain', ...mutant]);
    return /rw\d+:[\w-]+/.exec(out)?.[0] ?? '';
  }

  const quoted = (text: string, columns: number, mark: string): string =>
    (text.match(new RegExp(`.{1,${columns}}`, 'g')) ?? []).map((line) => `${mark}${line}`).join('\n');

  it.each([
    ['wrapped', 40, ''],
    ['quoted', 1000, '> '],
    ['quoted twice and wrapped', 33, '>> '],
    ['wrapped with indentation', 20, '    '],
    ['quoted with bars', 61, '| '],
  ])('that a mailer has %s is understood', async (_, columns, mark) => {
    const cwd = room();
    const plain = await token();
    const there = await run(['replay', plain]);
    writeFileSync(path.join(cwd, 'mail'), `Hello,\n\n${quoted(plain, columns, mark)}\n\nYours\n`);
    for (const given of [quoted(plain, columns, mark), 'mail']) {
      const { code, out } = await run(['replay', given], { cwd });
      expect([given, code]).toEqual([given, there.code]);
      expect(out).toBe(there.out);
    }
  });

  it('that has lost a line is refused', async () => {
    const lines = quoted(await token(), 20, '> ').split('\n');
    const { code, err } = await run(['replay', [...lines.slice(0, 1), ...lines.slice(2)].join('\n')]);
    expect([code, err]).toEqual([2, expect.stringMatching(/^error RACEWALK_TOKEN_/)]);
  });
});

describe('a second copy of core', () => {
  it('is recognised where a race uses it', () => {
    const cwd = room();
    const copy = path.join(cwd, 'node_modules/@racewalk/core');
    for (const part of ['dist', 'package.json'])
      cpSync(path.join(core, part), path.join(copy, part), { recursive: true });
    const argv = ['check', misuseFile(cwd, 'twice', {}), '--arch', 'x86-64'];
    const done = spawnSync(process.execPath, [bin, ...argv], { cwd, encoding: 'utf8', env });
    expect([done.status, done.stderr]).toEqual([
      2,
      expect.stringMatching(/^error RACEWALK_TWO_CORES: twice\.mjs uses another copy .*node_modules/),
    ]);
  });
});
