/** A call that makes a generator and drops it is found in the text, and there is none in this repository. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformWithOxc } from 'vite';
import { afterAll, describe, expect, it } from 'vitest';
import { refuseForgotten } from '../src/input/forgotten/forgotten.js';
import { keptState } from '../src/input/forgotten/kept-state.js';
import { METHODS } from '../src/input/forgotten/names.js';
import { droppedIn } from '../src/input/forgotten/scan.js';

const NAMES = { functions: new Set(['freePage']), methods: METHODS };
const calls = (body: string): string[] =>
  droppedIn(`function* helper() {}\nconst o = { *run(m, s, u) { ${body} } };`, NAMES).map(({ call }) => call);

describe('dropped', () => {
  it.each([
    ['u.load(0);', 'u.load(0)'],
    ['new UserCpu(m, s.vma).store(0);', 'new UserCpu(m, s.vma).store(0)'],
    ['freePage(m, s.page);', 'freePage(m, s.page)'],
    ['helper();', 'helper()'],
    ['o.own(); }, *own() {', 'o.own()'],
    ['void m.pte.ptepGet(s.ptep);', 'm.pte.ptepGet(s.ptep)'],
    ['if (u.load(0)) return;', 'u.load(0)'],
    ['while (!u.store(0)) ;', 'u.store(0)'],
    ['if (u.load(0) === 1) return;', 'u.load(0)'],
    ['u.load(0) && 1;', 'u.load(0)'],
    ['yield* u.load(0), u.store(0);', 'u.store(0)'],
    ['const old = m.pte.ptepGet(s.ptep); if (m.v.pteDirty(old)) return;', 'm.pte.ptepGet(s.ptep)'],
    ['if (m.v.pteDirty(m.pte.ptepGet(s.ptep))) return;', 'm.pte.ptepGet(s.ptep)'],
    ['m.k.folioRemoveRmapPte(s.page);', 'm.k.folioRemoveRmapPte(s.page)'],
    ['m.tlb.flushTlbPage(s.vma, 0);', 'm.tlb.flushTlbPage(s.vma, 0)'],
    [
      'const pte = m.pte.ptepGet(s.ptep); if (m.v.pteDirty(pte)) return; }, *own() { const pte = yield* m.pte.ptepGet(s.ptep); return pte;',
      'm.pte.ptepGet(s.ptep)',
    ],
    ['[0, 1].forEach((i) => { u.store(i); });', 'u.store(i)'],
  ])('%s', (body, call) => {
    expect(calls(body)).toEqual([call]);
  });
});

describe('taken', () => {
  it.each([
    'yield* u.load(0);',
    'const a = yield* u.load(0); if (a) return;',
    'return u.load(0);',
    'yield* inAnyOrder([u.load(0), u.store(0)]);',
    'const g = u.load(0); yield* g;',
    'const all = [u.load(0)]; for (const one of all) yield* one;',
    'const later = () => u.load(0); yield* later();',
    'yield* (s.first ? u.load(0) : u.store(0));',
    's.map.set(1, 2); s.list.push(3);',
    'helper2();',
  ])('%s', (body) => {
    expect(calls(body)).toEqual([]);
  });

  it('where no generator is near, names say nothing', () => {
    expect(droppedIn('const table = make(); table.load(1); function f() { table.store(2); }', NAMES)).toEqual(
      [],
    );
  });

  it('where another declaration has the name, it is believed', () => {
    expect(droppedIn('function freePage() {}\nfunction* f() { freePage(); }', NAMES)).toEqual([]);
  });
});

describe('a file', () => {
  const cwd = mkdtempSync(fileURLToPath(new URL('./tmp-', import.meta.url)));
  afterAll(() => rmSync(cwd, { recursive: true }));

  it.each([
    [
      'lib.mjs',
      'race.mjs',
      "import { zap } from './lib.mjs';\nexport function* run() { zap(); }\n",
      'race.mjs:2:26',
    ],
    [
      'lib.mjs',
      'race.ts',
      "import { zap } from './lib.mjs';\n\nexport function* run(x: number) { yield x; zap(); }\n",
      'race.ts:3:44',
    ],
    [
      'lib.mjs',
      'renamed.mjs',
      "import 'node:fs'; import { other, // not this one, zap\n zap as zap2 } from './lib.mjs';\nexport function* run() { zap2(); }\n",
      'renamed.mjs:3:26',
    ],
  ])('and one beside it: %s, %s', async (lib, race, text, place) => {
    writeFileSync(path.join(cwd, lib), 'export function* zap() {}\nexport const other = 1;\n');
    writeFileSync(path.join(cwd, race), text);
    await expect(refuseForgotten(path.join(cwd, race), cwd)).rejects.toMatchObject({
      code: 'RACEWALK_FORGOTTEN_YIELD',
      message: `${place}: ${/zap2?\(\)/.exec(text)?.[0]} is called and not taken, so none of its steps is: yield* is missing`,
    });
  });
});

it('this repository drops none', async () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const files = ['packages', 'tools/nx'].flatMap((dir) =>
    readdirSync(path.join(root, dir), { recursive: true, encoding: 'utf8' })
      .filter((file) => /^[^/]+\/src\/.*\.ts$|\.ts\.template$/.test(file) && !file.includes('node_modules'))
      .map((file) => path.join(dir, file)),
  );
  expect(files.length).toBeGreaterThan(600);
  const texts = await Promise.all(
    files.map(async (file) => {
      const text = readFileSync(path.join(root, file), 'utf8').replace(/<%=?.*?%>/g, 'x');
      return (await transformWithOxc(text, file.replace(/\.template$/, ''))).code;
    }),
  );
  const functions = new Set(
    texts.flatMap((text) => [...text.matchAll(/export function\* (\w+)/g)].map(([, name]) => name ?? '')),
  );
  const dropped = texts.flatMap((text, i) =>
    droppedIn(text, { functions, methods: METHODS }).map(({ call }) => `${files[i]}: ${call}`),
  );
  expect(dropped).toEqual([]);
});

describe('a variable of the module', () => {
  const top = 'let n = 0; const box = { a: [0] }; const seen = new Set();';
  const kept = (body: string): string | undefined =>
    keptState(`${top} function* helper(m, s) { ${body} }`)?.change;
  it.each(['n = 1', 'n++', 'box.a[0] = 1', 'delete box.a', 'seen.add(s)', 'box.a.push(1)'])(
    'is changed by %s in a generator',
    (change) => {
      expect(kept(`${change};`)).toBe(change);
      expect(kept(`[1].forEach(() => { ${change}; });`)).toBe(change);
    },
  );
  it.each([
    'let own = 0; own = 1;',
    's.n = 1;',
    'const list = []; list.push(1);',
    'if (seen.has(s)) yield* f(n);',
    'let n = 0; n = 1;',
  ])('is not changed by %s', (body) => {
    expect(kept(body)).toBeUndefined();
  });
  it('may be changed where no step is taken', () => {
    expect(keptState(`${top} n = 2; const setup = () => { seen.add(1); };`)).toBeNull();
  });
});
