import { describe, expect, it } from 'vitest';
import { formatViolation } from '../boundaries/check.mjs';
import { inspect } from './toy-house.js';

const said = (changes: Record<string, string>) => inspect(changes).map(formatViolation);

describe('circles of imports', () => {
  it('are found inside a package, types and re-exports included, with the shortest way round', () => {
    const found = said({
      'packages/mm/src/a.ts': "// first\nimport type { B } from './b.js';\nexport type A = B;\n",
      'packages/mm/src/b.ts': "export { c } from './c.js';\nexport type { D } from './d.js';\n",
      'packages/mm/src/c.ts': "export const c = 1;\nexport type A = import('./a.js').A;\n",
      'packages/mm/src/d.ts': "export * from './e.js';\n",
      'packages/mm/src/e.ts': "export type { A } from './a.js';\n",
    });
    expect(found).toEqual([
      'packages/mm/src/a.ts:2  packages/mm/src/a.ts:2 → packages/mm/src/b.ts:1 → packages/mm/src/c.ts:2 → packages/mm/src/a.ts' +
        '  [circle] files never import each other in a circle, not even for types; 5 files are in circles with these',
    ]);
  });

  it('are found across packages', () => {
    const found = said({
      'packages/core/src/index.ts': "export * from './units.js';\n",
      'packages/core/src/units.ts': "export type { A } from '@racewalk/machine';\n",
      'packages/machine/src/index.ts': "export type { A } from '@racewalk/core';\n",
    });
    expect(found).toContain(
      'packages/core/src/index.ts:1  packages/core/src/index.ts:1 → packages/core/src/units.ts:1 → packages/machine/src/index.ts:1 → packages/core/src/index.ts' +
        '  [circle] files never import each other in a circle, not even for types',
    );
  });

  it('may be a file that imports itself', () => {
    expect(said({ 'packages/mm/src/a.ts': "export type { A } from './a.js';\n" })).toEqual([
      'packages/mm/src/a.ts:1  packages/mm/src/a.ts:1 → packages/mm/src/a.ts  [circle] files never import each other in a circle, not even for types',
    ]);
  });

  it('are not made by two ways to one file', () => {
    const text = "export * from './units.js';\n";
    const files = { 'packages/core/src/near.ts': text, 'packages/core/src/errors.ts': text };
    expect(said({ ...files, 'packages/core/src/units.ts': 'export {};\n' })).toEqual([]);
  });
});

describe('folders inside a room', () => {
  it('have an order', () => {
    const found = said({
      'packages/core/src/pte/word.ts': "import type { A } from '../arch/plugin.js';\nexport type B = A;\n",
      'packages/core/src/arch/plugin.ts': "import '../step/op.js';\nexport type A = 1;\n",
      'packages/core/src/step/op.ts': "import '../units.js';\n",
      'packages/core/src/units.ts': 'export {};\n',
    });
    expect(found).toEqual([
      'packages/core/src/pte/word.ts:1  arch/plugin.ts  [shelf] inside core, pte stands below arch and may not use it',
    ]);
  });

  it('may have a file that stands elsewhere, the longest place counts', () => {
    const found = said({
      'packages/machine/src/world/types.ts':
        "import type { A } from '../observers/observer.js';\nexport type B = A;\n",
      'packages/machine/src/observers/observer.ts': 'export type A = 1;\n',
      'packages/machine/src/cpu/tlb.ts': "import '../observers/stale.js';\n",
      'packages/machine/src/observers/stale.ts': "import '../world/world.js';\n",
      'packages/machine/src/world/world.ts': 'export {};\n',
    });
    expect(found).toEqual([
      'packages/machine/src/cpu/tlb.ts:1  observers/stale.ts  [shelf] inside machine, cpu stands below observers and may not use it',
      'packages/machine/src/observers/stale.ts:1  world/world.ts  [shelf] inside machine, observers stands below world/world and may not use it',
    ]);
  });

  it('all have a place', () => {
    expect(said({ 'packages/core/src/attic/a.ts': 'export {};\n' })).toEqual([
      'packages/core/src/attic/a.ts:1  attic/a.ts  [shelf] stands on no shelf: give it a place in tools/boundaries/shelves.mjs',
    ]);
  });
});

describe('exceptions of the house plan', () => {
  const x86 = (dependencies: readonly string[]) => ({
    'packages/arch-x86/package.json': JSON.stringify({
      name: '@racewalk/arch-x86',
      dependencies: Object.fromEntries(dependencies.map((name) => [`@racewalk/${name}`, '0.1.0'])),
      nx: { tags: ['room:arch'] },
    }),
  });
  const line = "import '@racewalk/machine';\n";

  it('hold for their folder alone', () => {
    const good = { ...x86(['core', 'machine']), 'packages/arch-x86/src/mutants/pae.ts': line };
    expect(said(good)).toEqual([]);
    expect(said({ ...good, 'packages/arch-x86/src/plugin.ts': line })).toEqual([
      'packages/arch-x86/src/plugin.ts:1  @racewalk/machine  [uses] arch-* use core only (their tests also machine, mm and conformance)',
    ]);
  });

  it('are reported when nobody needs them any longer', () => {
    expect(said(x86(['core']))).toEqual([
      'packages/arch-x86/package.json:1  src/mutants/  [unused-exception] no file there uses machine: take the exception out of tools/boundaries/house.mjs',
    ]);
  });
});
