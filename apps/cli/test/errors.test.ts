/** Every error of the user's is one line with a stable code, a hint, and exit code 2. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from './run.js';

const cwd = mkdtempSync(path.join(tmpdir(), 'racewalk-'));
writeFileSync(path.join(cwd, 'empty.mjs'), 'export const nothing = 1;\n');
writeFileSync(path.join(cwd, 'broken.mjs'), 'export const = ;\n');
writeFileSync(path.join(cwd, 'text.txt'), 'hello\n');
writeFileSync(path.join(cwd, 'u16.c'), Buffer.from('C x\n\n{ 1 page; }\n', 'utf16le'));
writeFileSync(path.join(cwd, 'latin.c'), Buffer.from('C x\n\xff\xfe{ }\n', 'latin1'));
writeFileSync(path.join(cwd, 'plus.c'), 'class A { public: int x; };\nint main() { std::cout << 1; }\n');
writeFileSync(path.join(cwd, 'empty.c'), '');
writeFileSync(path.join(cwd, 'other.json'), '{"schema":"racewalk.trace/9"}\n');

const RACE = 'contpte/teardown-vs-walker';

describe('an error of the user', () => {
  it.each([
    ['frobnicate', 'RACEWALK_USAGE', 'racewalk help'],
    ['conformnce', 'RACEWALK_USAGE', 'did you mean conformance?'],
    ['conformance --frob', 'RACEWALK_USAGE', 'racewalk conformance --help'],
    ['conformance --archs x86-64', 'RACEWALK_USAGE', 'did you mean --arch?'],
    ['conformance extra', 'RACEWALK_USAGE', 'racewalk conformance --help'],
    ['conformance --arch arm64-contpe', 'RACEWALK_UNKNOWN_ARCH', 'did you mean arm64-contpte?'],
    ['conformance --arch ,', 'RACEWALK_USAGE', 'commas'],
    ['conformance --test nothing/*', 'RACEWALK_UNKNOWN_TEST', 'racewalk list tests'],
    ['conformance --variant gather-then-cleer', 'RACEWALK_UNKNOWN_VARIANT', 'gather-then-clear'],
    ['conformance --budget soon', 'RACEWALK_USAGE', '60s'],
    ['conformance --budget 0s', 'RACEWALK_USAGE', '60s'],
    ['conformance --workers 0', 'RACEWALK_USAGE', 'a whole number from 1'],
    ['conformance --workers x', 'RACEWALK_USAGE', 'a whole number from 1'],
    ['conformance --workers 257', 'RACEWALK_USAGE', 'at most 256'],
    ['conformance --checkpoint no/such/dir/file', 'RACEWALK_FILE', 'directory'],
    ['conformance --shard 3/2', 'RACEWALK_USAGE', 'i/n'],
    ['conformance --shard 600/600 --test access-flags/set-vs-walker', 'RACEWALK_NOTHING_TO_RUN', 'shards'],
    ['conformance --reporter xml', 'RACEWALK_USAGE', 'junit'],
    ['conformance --output no/such/dir/file --reporter json', 'RACEWALK_FILE', 'directory'],
    [`explore ${RACE}`, 'RACEWALK_USAGE', 'racewalk explore --help'],
    [`explore ${RACE}s --arch x86-64`, 'RACEWALK_UNKNOWN_TEST', `did you mean ${RACE}?`],
    [`explore ${RACE} --arch x86-64 --memory strong`, 'RACEWALK_USAGE', 'sc, tso, weak'],
    [`explore ${RACE} --arch x86-64 --strategy luck`, 'RACEWALK_USAGE', 'stateful'],
    [`explore ${RACE} --arch x86-64 --preemptions 1 --strategy pct`, 'RACEWALK_USAGE', '--strategy'],
    [`explore ${RACE} --arch x86-64 --preemptions -1`, 'RACEWALK_USAGE', 'whole number'],
    [`explain ${RACE} --arch x86-64 --variant gather-then-clear`, 'RACEWALK_NOT_APPLICABLE', '--all'],
    [`explain ${RACE} --arch x86-64 --format pdf`, 'RACEWALK_USAGE', 'lkml'],
    ['replay rw1:AAAA', 'RACEWALK_TOKEN', 'copy the whole token'],
    ['replay rw7:AAAA', 'RACEWALK_TOKEN_VERSION', 'version'],
    ['replay nofile.json', 'RACEWALK_FILE', 'exists'],
    ['replay text.txt', 'RACEWALK_BAD_TRACE', 'file'],
    ['replay other.json', 'RACEWALK_TRACE_VERSION', 'another version'],
    ['shrink rw1:', 'RACEWALK_TOKEN_SYNTAX', 'copy'],
    ['list races', 'RACEWALK_USAGE', 'tests'],
    ['list', 'RACEWALK_USAGE', 'racewalk list --help'],
    ['estimate nothing', 'RACEWALK_UNKNOWN_TEST', 'racewalk list tests'],
    ['pte', 'RACEWALK_USAGE', 'racewalk pte --help'],
    ['pte decode hello --arch x86-64', 'RACEWALK_USAGE', '0x'],
    ['pte decode 0x1ffffffffffffffff --arch x86-64', 'RACEWALK_USAGE', '0xffffffffffffffff'],
    ['pte decode 1 --arch vax', 'RACEWALK_UNKNOWN_ARCH', 'racewalk list archs'],
    ['pte encode --arch x86-64 --cont', 'RACEWALK_USAGE', 'leave it out'],
    ['pte encode --arch x86-64 --pfn 0x10000000000', 'RACEWALK_USAGE', '2^40'],
    ['pte encode --arch x86-64 --swap 99:1', 'RACEWALK_USAGE', '2^5'],
    ['pte encode --arch x86-64 --swap 1:1 --pfn 1', 'RACEWALK_USAGE', 'one of them'],
    ['merge', 'RACEWALK_USAGE', 'racewalk merge --help'],
    ['merge text.txt', 'RACEWALK_BAD_REPORT', '--reporter json'],
    ['merge other.json', 'RACEWALK_BAD_REPORT', '--reporter json'],
    ['merge text.txt --reporter json --reporter junit', 'RACEWALK_USAGE', 'once'],
    [`explain ${RACE} --arch x86-64 --variant a --variant b`, 'RACEWALK_USAGE', 'once'],
    [`explore ${RACE} --arch x86_64`, 'RACEWALK_UNKNOWN_ARCH', 'did you mean x86-64?'],
    ['explore no/such', 'RACEWALK_USAGE', 'racewalk'],
    ['queue explore', 'RACEWALK_USAGE', 'racewalk queue explore --help'],
    ['serve --port 99999', 'RACEWALK_USAGE', '65535'],
    ['serve --page nowhere', 'RACEWALK_FILE', 'npm run page'],
    ['completion tcsh', 'RACEWALK_USAGE', 'racewalk completion --help'],
    ['check .', 'RACEWALK_FILE', 'a file in it'],
    ['check u16.c', 'RACEWALK_C', 'text'],
    ['check latin.c', 'RACEWALK_C', 'line'],
    ['check plus.c', 'RACEWALK_C', 'only C'],
    ['check empty.c', 'RACEWALK_C', ''],
    ['check nofile.mjs', 'RACEWALK_FILE', 'path'],
    ['check broken.mjs', 'RACEWALK_FILE', 'ES module'],
    ['check empty.mjs', 'RACEWALK_NO_SCENARIO', 'defineScenario'],
  ])('%s', async (line, code, hint) => {
    const { code: exit, out, err } = await run(line.split(' '), { cwd });
    expect(err).toMatch(/^error RACEWALK_[A-Z_]+: [^\n]+\nhint: [^\n]+\n([> ] +\d* \|[^\n]*\n)*$/);
    expect(err).toContain(`error ${code}`);
    expect(err.split('\n')[1]).toContain(hint);
    expect(out).toBe('');
    expect(exit).toBe(2);
  });

  it('with a TypeScript file says what to do where Node cannot run it', async () => {
    writeFileSync(path.join(cwd, 'race.ts'), 'export const x: number = 1;\n');
    const { code, err } = await run(['check', 'race.ts'], { cwd });
    expect(code).toBe(2);
    expect(err).toMatch(/error RACEWALK_(TYPESCRIPT|NO_SCENARIO): /);
  });
});

describe('help and version', () => {
  it.each([[['--help']], [['help']], [['explain', '--help']], [['help', 'conformance']], [[]]])(
    '%o',
    async (argv) => {
      const { code, out, err } = await run(argv);
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain('Usage: racewalk');
    },
  );

  it('prints the version', async () => {
    expect((await run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

it('an option that takes several values adds up', async () => {
  const line = [
    'list',
    'variants',
    '--arch',
    'x86-64',
    '--arch',
    'sw-dirty',
    '--test',
    'zap/second-dontneed',
    '--test',
    'gup/aba',
  ];
  const { code, out } = await run(line);
  expect(code).toBe(0);
  expect(out).toContain('zap/second-dontneed');
  expect(out).toContain('gup/aba');
});
