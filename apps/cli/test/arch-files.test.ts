/** `--arch` with a file: somebody else's plug-in, beside the built-in ones. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { swAccessDirty } from '@racewalk/arch-software-dirty';
import { parseReport } from '@racewalk/conformance/schema';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from './run.js';

const cwd = mkdtempSync(path.join(tmpdir(), 'racewalk-archs-'));
const RACE = 'access-flags/set-vs-walker';

afterAll(() => rmSync(cwd, { recursive: true }));

/** A module that exports what is handed to it: a file outside the repository cannot import core here. */
function file(name: string, exporting: string, given: Readonly<Record<string, unknown>>): string {
  const key = `racewalkTest_${name.replace(/\W/g, '_')}`;
  (globalThis as Record<string, unknown>)[key] = given;
  writeFileSync(path.join(cwd, name), `const given = globalThis.${key};\n${exporting}\n`);
  return `./${name}`;
}

const spec = { ...swAccessDirty, id: 'mine' };
const mine = file('mine.mjs', 'export default given.spec;', { spec });
const two = file('two.mjs', 'export const list = [given.a, given.b]; export const again = given.a;', {
  a: { ...spec, id: 'a' },
  b: { ...spec, id: 'b' },
});

describe('an architecture from a file', () => {
  it('runs beside a built-in one, in the order given', async () => {
    const argv = ['conformance', '--arch', `${mine},x86-64`, '--test', RACE, '--reporter', 'json'];
    const { code, out, err } = await run(argv, { cwd });
    expect([code, err]).toEqual([0, '']);
    const report = parseReport(out);
    expect(report.archs.map((arch) => arch.id).sort()).toEqual(['mine', 'x86-64']);
    expect(report.cells.filter((cell) => cell.arch === 'mine').length).toBeGreaterThan(2);
  });

  it('may bring several, of which one can be named', async () => {
    const all = await run(['list', 'archs', '--arch', two], { cwd });
    expect(all.out.match(/^\S+/gm)).toEqual(['a', 'b']);
    const one = await run(['list', 'archs', '--arch', `${two}#b,sw-dirty,${two}#b`], { cwd });
    expect(one.out.match(/^\S+/gm)).toEqual(['b', 'sw-dirty']);
  });

  it.each([
    [['explore', RACE, '--arch', mine], 'holds, expected holds'],
    [['estimate', RACE, '--arch', mine], 'mine  '],
    [['pte', 'decode', '0x17', '--arch', mine], '0x0000000000000017 on mine'],
    [['pte', 'encode', '--write', '--arch', mine], 'on mine'],
    [['list', 'ops', '--arch', mine], '0 of its own; '],
  ])('%j', async (argv, text) => {
    const { code, out } = await run(argv, { cwd });
    expect(code).toBe(0);
    expect(out).toContain(text);
  });

  it.each([
    [mine, 'huge pages, pmdOps: 1 of its own: pmdpCollapseFlush; 18 generic: pmdClear, '],
    ['x86-64', '2 of its own: pmdpInvalidateAd, pmdpSetAccessFlags; 4 by AtomicPmdOps: pmdpEstablish, '],
    ['arm64-contpte', 'hugetlb pages, hugeOps: 0 of its own; 7 by ContHugePteOps: hugePteClear, '],
  ])('%s: whose the bodies of the operations are, those on huge pages too', async (arch, text) => {
    const { out } = await run(['list', 'ops', '--arch', arch], { cwd });
    expect(out.replace(/\s+/g, ' ')).toContain(text);
  });

  it('is named by whatever has a token: a replay has to be given the file', async () => {
    const broken = ['explain', 'reclaim/batched-io', '--variant', 'io-before-flush', '--arch', mine];
    const { out } = await run(broken, { cwd });
    expect(out).toContain(`hint    mine is not built in: replay with --arch ${mine}`);
    const token = /rw1:[\w-]+/.exec(out)?.[0] ?? '';
    const without = await run(['replay', token], { cwd });
    expect(without.err).toBe(
      'error RACEWALK_UNKNOWN_ARCH: the token is about the architecture mine, which is not here\n' +
        'hint: if it comes from a file, say which: --arch FILE\n',
    );
    expect(await run(['replay', token, '--arch', mine], { cwd })).toEqual({ code: 0, out, err: '' });
    const other = await run(['replay', token, '--arch', 'x86-64'], { cwd });
    expect(other.err).toContain('error RACEWALK_USAGE: the token is about mine, not x86-64');
  });
});

describe('a file without a plug-in, or with a bad one', () => {
  const nothing = file('nothing.mjs', 'export const x = 1; export default () => given;', {});
  const builtIn = file('built-in.mjs', 'export default given.spec;', { spec: swAccessDirty });
  const half = file('half.mjs', 'export const half = given.spec;', {
    spec: { id: 'half', layout: spec.layout, capabilities: ['hwDirt'] },
  });
  const word = { ...spec.layout.valid };
  const foreign = file('foreign.mjs', 'export default given.spec;', {
    spec: { ...spec, layout: { ...spec.layout, valid: word } },
  });
  const throwing = file('throwing.mjs', "throw new TypeError('no');", {});
  writeFileSync(path.join(cwd, 'absent.mjs'), "import '@racewalk/core';\n");

  it.each([
    ['./no.js', 'RACEWALK_FILE', 'there is no such file', 'exports a plug-in'],
    [nothing, 'RACEWALK_NO_PLUGIN', 'no plug-in but default (function), x (number)', 'defineArch()'],
    [builtIn, 'RACEWALK_DUPLICATE_ARCH', 'sw-access-dirty is taken (built in)', 'an id of its own'],
    [half, 'RACEWALK_BAD_PLUGIN', './half.mjs: plug-in half: ', ''],
    [foreign, 'RACEWALK_TWO_CORES', 'another copy of @racewalk/core', 'npx racewalk'],
    [throwing, 'RACEWALK_FILE', 'TypeError: no', 'ES module'],
    [`${mine}#yours`, 'RACEWALK_UNKNOWN_ARCH', 'no plug-in "yours"', 'it exports mine'],
    [`${two},${mine},x86-46`, 'RACEWALK_UNKNOWN_ARCH', '"x86-46"', 'did you mean x86-64?'],
  ])('%s: %s', async (name, code, message, hint) => {
    const { code: exit, out, err } = await run(['conformance', '--arch', name], { cwd });
    expect([exit, out]).toEqual([2, '']);
    expect(err).toMatch(/^error RACEWALK_[A-Z_]+: [^\n]+\nhint: [^\n]+\n(?:[ >] *\d* *\|[^\n]*\n)*$/);
    expect(err).toContain(`error ${code}: `);
    expect(err).toContain(message);
    expect(err.split('\n')[1]).toContain(hint);
  });

  it('one architecture is meant, and a file has two', async () => {
    const { err } = await run(['explain', RACE, '--arch', two], { cwd });
    expect(err).toBe(
      'error RACEWALK_USAGE: ./two.mjs exports several plug-ins: a, b\nhint: name one: --arch ./two.mjs#a\n',
    );
  });
});
