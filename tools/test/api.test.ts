import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readApis } from '../api/exports.mjs';
import { limitProblems } from '../api/limits.mjs';
import { apiText, stale } from '../api/page.mjs';
import { build } from './toy-house.js';

describe('the names that packages export', () => {
  it('stand in their api.txt (npm run api rewrites them)', { timeout: 60_000 }, () => {
    const root = path.resolve(import.meta.dirname, '../..');
    expect(stale(root, readApis(root))).toEqual([]);
  });

  const root = () =>
    build({
      'packages/core/src/index.ts': [
        "export { type Word, word, Memory, SIZE as size } from './all.js';",
        "export type { Memory as Shape } from './all.js';",
        "export type * from './types.js';",
        'export function own() {}',
      ].join('\n'),
      'packages/core/src/all.ts': [
        'export type Word = number;',
        'export const word = () => 1;',
        'export class Memory {}',
        'export const SIZE = 4;',
      ].join('\n'),
      'packages/core/src/types.ts':
        'export class Cell {}\nexport const Kind = { a: 1 };\nexport type Kind = 1;\n',
      'packages/core/src/step/index.ts': "export * from './op.js';\n",
      'packages/core/src/step/op.ts':
        'export const OpKind = { a: 1 };\nexport type OpKind = 1;\nexport enum E {}\n',
    });
  const core = (at: string) => readApis(at).filter(({ name }) => name === '@racewalk/core');

  it('are listed by entry with what they are', () => {
    expect(core(root()).map(apiText)).toEqual([
      `@racewalk/core
  type Cell
  type Kind
  class Memory
  type Shape
  type Word
  function own
  const size
  function word

@racewalk/core/step
  enum E
  const+type OpKind
`,
    ]);
  });

  it('are compared with the list', () => {
    const at = root();
    const text = core(at).map(apiText).join('').replace('  function own\n', '  function gone\n');
    const old = build({ 'packages/core/api.txt': text });
    expect(stale(old, core(at))).toEqual([
      'packages/core/api.txt is not what the sources export (npm run api rewrites it): - function gone, + function own',
    ]);
    expect(stale(build({ 'packages/core/api.txt': core(at).map(apiText).join('') }), core(at))).toEqual([]);
  });

  it('are few, and named one by one', () => {
    const names = (count: number, letter = 'a') =>
      Array.from({ length: count }, (_, at) => `export const ${letter}${at} = 1;\n`).join('');
    const at = build({
      'packages/core/src/index.ts': names(150),
      'packages/core/src/step/index.ts':
        "export const b = 1;\nexport * from './op.js';\nexport * from './op.js';\n",
      'packages/core/src/step/op.ts': 'export const a0 = 1;\n',
      'packages/feature-a/src/index.ts': names(6, 'f'),
      'packages/mm/src/index.ts': `${names(200, 'm')}export const f0 = 1;\n`,
    });
    expect(limitProblems(readApis(at)).sort()).toEqual([
      'f0 is exported by @racewalk/feature-a and @racewalk/mm: name one of them otherwise',
      'packages/core/src/step/index.ts:2: an index exports names one by one, no `export *` (2 times)',
      'packages/core: @racewalk/core exports 151 names, at most 150 are allowed',
      'packages/feature-a: @racewalk/feature-a exports 6 names, at most 5 are allowed',
    ]);
  });
});
