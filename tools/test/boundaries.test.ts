import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkHouse, formatViolation } from '../boundaries/check.mjs';
import { inspect, withDependencies } from './toy-house.js';

const rules = (changes: Record<string, string>) =>
  inspect(changes).map(({ file, line, rule }) => `${file}:${line} ${rule}`);

/** One file with one import on its second line. */
const importing = (file: string, specifier: string) => ({ [file]: `// two lines\nimport '${specifier}';\n` });

describe('the house plan', () => {
  it('has nothing to say about this repository', { timeout: 60_000 }, () => {
    const root = path.resolve(import.meta.dirname, '../..');
    expect(checkHouse(root).violations.map(formatViolation)).toEqual([]);
  });

  it('lets stairs go down, by package name and by exported entry', () => {
    const allowed = {
      ...importing('packages/explorer/src/a.ts', '@racewalk/core/step'),
      ...importing('packages/explorer/test/a.test.ts', '@racewalk/core'),
      ...importing('packages/machine/src/index.ts', '@racewalk/core'),
      ...importing('packages/mm/src/a.ts', '@racewalk/machine'),
      ...importing('packages/arch-a/src/a.ts', '@racewalk/core'),
      ...importing('packages/arch-a/test/a.test.ts', '@racewalk/conformance'),
      ...importing('packages/feature-a/src/a.ts', '@racewalk/mm'),
      ...importing('packages/feature-a/test/a.test.ts', 'vitest'),
      ...importing('packages/litmus/src/a.ts', '@racewalk/machine'),
      ...importing('packages/conformance/src/a.ts', '@racewalk/explorer'),
      ...importing('packages/conformance/src/b.ts', 'node:test'),
      ...importing('packages/conformance/test/a.test.ts', '@racewalk/mm'),
      ...importing('packages/arch-a/test/a.test.ts', '@racewalk/machine'),
      ...importing('apps/cli/src/a.ts', '@racewalk/arch-a'),
      ...importing('packages/core/vitest.config.ts', '../../vitest.shared.js'),
      ...importing('packages/core/src/step/a.ts', '../units.js'),
      'packages/core/src/units.ts': 'export {};\n',
      'packages/trace/src/a.ts': "import { RacewalkError } from '@racewalk/core';\n",
    };
    expect(inspect(allowed)).toEqual([]);
  });

  it.each([
    ['packages/trace/src/a.ts', '@racewalk/explorer', 'neighbours'],
    ['packages/explorer/src/a.ts', '@racewalk/trace', 'neighbours'],
    ['packages/machine/test/a.test.ts', '@racewalk/explorer', 'neighbours'],
    ['packages/trace/src/a.ts', '@racewalk/mm', 'stairs'],
    ['packages/machine/src/index.ts', '@racewalk/mm', 'stairs'],
    ['packages/conformance/src/a.ts', '@racewalk/wiring', 'stairs'],
    ['packages/conformance/src/a.ts', '@racewalk/cli', 'stairs'],
    ['packages/core/src/errors.ts', '@racewalk/trace', 'stairs'],
    ['packages/explorer/src/a.ts', '@racewalk/arch-a', 'stairs'],
    ['packages/mm/src/a.ts', '@racewalk/feature-a', 'stairs'],
    ['packages/mm/src/a.ts', '@racewalk/trace', 'uses'],
    ['packages/arch-a/src/a.ts', '@racewalk/arch-b', 'neighbours'],
    ['packages/arch-a/test/a.test.ts', '@racewalk/arch-b', 'neighbours'],
    ['packages/feature-a/src/a.ts', '@racewalk/arch-b', 'neighbours'],
    ['packages/catalogue/src/a.ts', '@racewalk/feature-a', 'neighbours'],
    ['packages/arch-a/src/a.ts', '@racewalk/trace', 'uses'],
    ['packages/arch-a/src/a.ts', '@racewalk/machine', 'uses'],
    ['packages/arch-a/src/a.ts', '@racewalk/conformance', 'stairs'],
    ['packages/feature-a/src/a.ts', '@racewalk/explorer', 'uses'],
    ['packages/feature-a/src/a.ts', 'left-pad', 'uses'],
    ['packages/litmus/src/a.ts', '@racewalk/mm', 'uses'],
    ['packages/core/src/errors.ts', 'node:fs', 'uses'],
    ['packages/conformance/src/a.ts', '@racewalk/mm', 'uses'],
    ['packages/fleet/src/a.ts', '@racewalk/mm', 'uses'],
    ['packages/fleet/src/a.ts', '@racewalk/wiring', 'neighbours'],
    ['packages/conformance/src/a.ts', '@racewalk/arch-a', 'handed-in'],
    ['packages/conformance/test/a.test.ts', '@racewalk/arch-a', 'handed-in'],
    ['packages/wiring/src/a.ts', '@racewalk/feature-a', 'handed-in'],
    ['packages/fleet/src/a.ts', '@racewalk/kernel-c', 'handed-in'],
    ['apps/cli/src/a.ts', '@racewalk/tools', 'tools'],
    ['packages/core/test/a.test.ts', '@racewalk/tools', 'tools'],
    ['packages/explorer/src/a.ts', '@racewalk/core', 'step-only'],
    ['packages/trace/src/a.ts', '@racewalk/core/step', 'errors-only'],
    ['packages/conformance/src/a.ts', 'tsyringe', 'kept-in'],
    ['packages/conformance/src/a.ts', 'left-pad', 'undeclared'],
    ['packages/conformance/test/a.test.ts', 'left-pad', 'undeclared'],
    ['apps/cli/src/a.ts', '@racewalk/trace', 'undeclared'],
    ['packages/trace/src/a.ts', '@racewalk/core/src/index.js', 'deep-import'],
    ['packages/trace/src/a.ts', '../../core/src/a.js', 'outside'],
    ['packages/trace/src/a.ts', '../../../vitest.shared.js', 'outside'],
  ])('%s may not import %s [%s]', (file, specifier, rule) => {
    expect(rules(importing(file, specifier))).toEqual([`${file}:2 ${rule}`]);
  });

  it.each([
    ["import { RacewalkError, internalError } from '@racewalk/core';", 0],
    ["import type { Does, TableLevel, WordRole } from '@racewalk/core/step';", 0],
    ["import { interpret } from '@racewalk/core/step';", 1],
    ["import { type PteWord, RacewalkError } from '@racewalk/core';", 1],
    ["import * as core from '@racewalk/core';", 1],
    ["export type A = import('@racewalk/core').PteWord;", 1],
    ["export const a = import('@racewalk/core');", 1],
  ])('lets trace take from core its errors and the words for steps alone: %s', (text, count) => {
    const found = rules({ 'packages/trace/src/a.ts': `${text}\n` });
    expect(found).toEqual(count === 0 ? [] : ['packages/trace/src/a.ts:1 errors-only']);
  });

  it('names file, line, import and rule', () => {
    const said = (file: string, specifier: string) =>
      inspect(importing(file, specifier)).map(formatViolation);
    expect(said('packages/arch-a/src/a.ts', '@racewalk/machine')).toEqual([
      'packages/arch-a/src/a.ts:2  @racewalk/machine  [uses] arch-* use core only (their tests also machine, mm and conformance)',
    ]);
    expect(said('packages/mm/src/a.ts', '@racewalk/feature-a')).toEqual([
      'packages/mm/src/a.ts:2  @racewalk/feature-a  [stairs] stairs go down: from the 1st floor there is no way up to the 2nd floor',
    ]);
    expect(said('packages/trace/src/a.ts', '@racewalk/machine')).toEqual([
      'packages/trace/src/a.ts:2  @racewalk/machine  [neighbours] neighbours never meet: both live on the ground floor',
    ]);
  });

  it.each([
    ["export * from '@racewalk/arch-a';", 'export'],
    ["import type { A } from '@racewalk/arch-a';", 'type import'],
    ["export type A = import('@racewalk/arch-a').A;", 'import type'],
    ["export const a = import('@racewalk/arch-a');", 'dynamic import'],
    ["export const a = require('@racewalk/arch-a');", 'require'],
  ])('sees %s (%s)', (text) => {
    expect(rules({ 'packages/conformance/src/a.ts': text })).toEqual([
      'packages/conformance/src/a.ts:1 handed-in',
    ]);
  });

  it('does not take a comment or a string for an import', () => {
    const text = "// import '@racewalk/arch-a';\nexport const a = \"import '@racewalk/arch-a'\";\n";
    expect(inspect({ 'packages/conformance/src/a.ts': text })).toEqual([]);
  });
});

describe('manifests', () => {
  it('finds a forbidden dependency that no file imports yet', () => {
    const found = inspect(withDependencies('arch-a', ['core', 'arch-b']));
    expect(found.map(({ file, what, rule }) => [file, what, rule])).toEqual([
      ['packages/arch-a/package.json', '@racewalk/arch-b', 'neighbours'],
    ]);
    expect(found[0]?.line).toBeGreaterThan(1);
  });

  it('wants project references to follow the dependencies', () => {
    const none = { 'packages/trace/tsconfig.json': '{ "references": [] }' };
    expect(rules(none)).toEqual(['packages/trace/tsconfig.json:1 references']);
    const extra = { 'packages/core/tsconfig.json': '{ "references": [{ "path": "../trace" }] }' };
    expect(rules(extra)).toEqual(['packages/core/tsconfig.json:1 references']);
  });

  it.each(['[]', '["room:attic"]', '["room:arch", "room:core"]'])('does not accept the tags %s', (tags) => {
    const text = `{ "name": "@racewalk/x", "nx": { "tags": ${tags} } }`;
    expect(rules({ 'packages/x/package.json': text })).toEqual(['packages/x/package.json:1 room']);
  });
});

describe('what a source file may not do', () => {
  it('write to the console in a package; a command may', () => {
    const text = "export const a = 1;\nconsole.log(a);\nconsole['error'](a);\n";
    expect(rules({ 'packages/trace/src/a.ts': text, 'apps/cli/src/a.ts': text })).toEqual([
      'packages/trace/src/a.ts:2 console',
      'packages/trace/src/a.ts:3 console',
    ]);
  });

  it.each([
    ["if (arch.id === 'arm64-contpte') a();", 1],
    ['export const isX86 = true;', 1],
    ['export const a = `PAE`;', 1],
    ["export const race = { about: 'On x86', source: 'arm64 v2', what: 'fine' };", 0],
    ["export const mutant = { what: 'as on RISC-V' };", 1],
    ['export const a = new SvaDevice(); // x86', 0],
  ])('name an architecture outside plug-ins and apps: %s', (text, count) => {
    const names = ['feature-a', 'mm', 'conformance', 'explorer', 'kernel-c'];
    const files = [...names.map((name) => `packages/${name}/src/a.ts`), 'packages/core/src/units.ts'];
    const found = rules(Object.fromEntries(files.map((file) => [file, `${text}\n`])));
    expect(found.sort()).toEqual(count === 0 ? [] : files.map((file) => `${file}:1 blind`).sort());
    const elsewhere = ['packages/arch-a/src/a.ts', 'apps/cli/src/a.ts', 'packages/feature-a/test/a.ts'];
    expect(rules(Object.fromEntries(elsewhere.map((file) => [file, `${text}\n`])))).toEqual([]);
  });

  it('grow beyond 400 lines', () => {
    const lines = (count: number) => 'export {};\n'.repeat(count);
    expect(
      rules({ 'packages/core/src/units.ts': lines(400), 'packages/trace/test/b.ts': lines(401) }),
    ).toEqual(['packages/trace/test/b.ts:401 length']);
  });

  it('make core longer than 6 000 lines in all; its tests do not count', () => {
    const lines = 'export {};\n'.repeat(400);
    const files = (count: number, dir: string) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, i) => [
          `packages/core/${dir}/${dir === 'src' ? 'step' : 'a'}/f${i}.ts`,
          lines,
        ]),
      );
    expect(rules({ ...files(14, 'src'), ...files(4, 'test') })).toEqual([]);
    expect(rules(files(16, 'src'))).toEqual(['packages/core/src:1 core-size']);
  });
});
