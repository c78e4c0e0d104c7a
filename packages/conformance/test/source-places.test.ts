/** Each step of a recorded counterexample names the line of its author. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { announced } from '@racewalk/core/step';
import { toyArch } from '@racewalk/toys';
import { afterAll, describe, expect, it } from 'vitest';
import { type MatrixCell, plan, runCell } from '../src/matrix/index.js';
import { filesOfNode } from '../src/matrix/replay/source-files.js';
import { sourcePlace } from '../src/matrix/replay/source-places.js';
import { zapVsStore } from './toy-races.js';

const RACES = 'packages/conformance/test/toy-races.ts';
const lines = readFileSync(fileURLToPath(new URL('toy-races.ts', import.meta.url)), 'utf8').split('\n');

describe('steps of a counterexample', () => {
  it('name the file, line and column of the author, relative to the project', async () => {
    const [cell] = plan([toyArch()], [zapVsStore], {
      archs: ['toy'],
      variant: 'mutant:read-then-clear',
    }).cells;
    const { trace } = await runCell(cell as MatrixCell);
    const events = trace?.events ?? [];
    expect(events.every(({ at }) => at !== undefined)).toBe(true);
    const of = (does: string) => events.find((event) => event.does === does)?.at;
    const code = (does: string) => {
      const at = of(does);
      expect(at?.file).toBe(RACES);
      return lines[(at?.line ?? 0) - 1]?.slice((at?.column ?? 0) - 1);
    };
    // Core and machine carry these out; the toy has a body of its own for the store.
    expect(code('walk')).toMatch(/^store\(0\)/);
    expect(code('lock')).toMatch(/pteOffsetMapLock\(/);
    expect(of('store')?.file).toBe('packages/toys/src/block-ops.ts');
  });

  it('are not asked for it by a search', () => {
    expect(announced.stack).toBeNull();
  });
});

describe('a stack', () => {
  const root = mkdtempSync(join(tmpdir(), 'racewalk-places-'));
  afterAll(() => rmSync(root, { recursive: true }));
  const file = (path: string, text: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const at = (path: string, line = 3, column = 5) =>
    `    at run (${pathToFileURL(join(root, path)).href}:${line}:${column})`;
  const place = (...frames: string[]) => sourcePlace(['Error', ...frames].join('\n'), filesOfNode());

  file('package.json', '{ "name": "mine" }');
  for (const name of ['core', 'machine', 'explorer']) {
    file(`node_modules/@racewalk/${name}/package.json`, `{ "name": "@racewalk/${name}" }`);
  }
  const core = at('node_modules/@racewalk/core/dist/step/op.js');
  const machine = at('node_modules/@racewalk/machine/dist/cpu/access.js');
  const explorer = at('node_modules/@racewalk/explorer/dist/replay/replay.js');

  it('leads past core and machine to the author', () => {
    expect(place(core, machine, '    at run.next (<anonymous>)', at('races/a.js'), at('races/b.js'))).toEqual(
      {
        file: 'races/a.js',
        line: 3,
        column: 5,
      },
    );
  });

  it('leads to the machine where an author only named a ready-made agent, and to no caller of the search', () => {
    expect(place(core, machine, explorer, at('test/a.test.js'))).toEqual({
      file: 'node_modules/@racewalk/machine/dist/cpu/access.js',
      line: 3,
      column: 5,
    });
    expect(place(core, explorer, at('test/a.test.js'))).toBeUndefined();
  });

  it('is traced back through a source map', () => {
    file('dist/race.js', 'a\n');
    // Column 1 of line 1 is line 8, column 3 of the source.
    file(
      'dist/race.js.map',
      JSON.stringify({ version: 3, sources: ['../src/race.ts'], names: [], mappings: 'AAOE' }),
    );
    expect(place(at('dist/race.js', 1, 1))).toEqual({ file: 'src/race.ts', line: 8, column: 3 });
  });

  it('is unknown where there are no files, and without a stack', () => {
    expect(sourcePlace(`Error\n${at('a.js')}`, null)).toBeUndefined();
    expect(sourcePlace(undefined)).toBeUndefined();
  });
});
