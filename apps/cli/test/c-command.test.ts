/** `racewalk c`, `racewalk init`, and `check --watch`. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { firstRace } from '../src/init/templates.js';
import { directory } from './kernel-tree.js';
import { run } from './run.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

describe('c names', () => {
  it('says what answers to a name, and what has no effect and why', async () => {
    const { code, out } = await run(['c', 'names', 'ptep_get_and_clear']);
    expect(out).toBe(
      'ptep_get_and_clear(mm, addr, ptep) → pte\n    operation: m.pte.ptepGetAndClear(), of the architecture\n',
    );
    expect(code).toBe(0);
    expect((await run(['c', 'names', 'cond_resched'])).out).toContain('no effect: waiting is modelled by');
    expect((await run(['c', 'names', 'READ_ONCE'])).out).toContain('language: one load that');
    expect((await run(['c', 'names', 'PAGE_SIZE'])).out).toContain('constant');
  });

  it('lists all of them, each once', async () => {
    const { out } = await run(['c', 'names', '--json']);
    const names = (JSON.parse(out) as { name: string }[]).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(500);
    expect(new Set(names).size).toBe(names.length);
  });

  it('knows the nearest of one that it does not know', async () => {
    const { code, err } = await run(['c', 'names', 'ptep_gett']);
    expect(err).toContain('error RACEWALK_C: no name that is known matches ptep_gett');
    expect(err).toContain('did you mean ptep_get?');
    expect(code).toBe(2);
  });
});

describe('c lower', () => {
  const files = [
    ...readdirSync(`${ROOT}/docs/examples/c`).map((file) => `docs/examples/c/${file}`),
    'apps/cli/test/c/operations.c',
  ];

  it.each(files)('prints %s as TypeScript', async (file) => {
    const { code, out, err } = await run(['c', 'lower', file], { cwd: ROOT });
    expect([code, err]).toEqual([0, '']);
    const parsed = ts.transpileModule(out, { reportDiagnostics: true });
    expect(parsed.diagnostics?.map(({ messageText }) => messageText)).toEqual([]);
    // Every step of the kernel is one of the machine, with the line of C behind it.
    expect(out).toMatch(/^ +.*yield\* m\.\S+\(.*; \/\/ :\d+$/m);
  });

  it('prints what the text says', async () => {
    const { out } = await run(['c', 'lower', 'docs/examples/c/lost-dirty.c'], { cwd: ROOT });
    expect(out).toContain('  pte = yield* m.pte.ptepGetAndClear(mm, addr, ptep); // :17\n');
    expect(out).toContain('  yield* user.store(0); // :25\n');
    expect(out).toContain('function* P0(m, { mm, addr, ptep, ptl, page }) {\n');
  });

  it('refuses what it could not run, with the place', async () => {
    const cwd = directory({ 'f.c': 'void f(void)\n{\n\tunheard_of(1);\n}\n' });
    const { code, out, err } = await run(['c', 'lower', 'f.c'], { cwd });
    expect(err).toContain('error RACEWALK_C: f.c:3:2: nothing is called unheard_of()');
    expect([code, out]).toEqual([2, '']);
  });
});

describe('init', () => {
  it('writes a race in C that runs at once, the one of docs/first-race.md', async () => {
    const cwd = directory();
    const { code, out } = await run(['init', 'my-race'], { cwd });
    expect(out).toMatch(/^written to my-race\.c\nrun it: +racewalk check my-race\.c\n/);
    expect(code).toBe(0);
    const page = readFileSync(`${ROOT}/docs/first-race.md`, 'utf8');
    expect(page).toContain(`\`\`\`c\n${readFileSync(path.join(cwd, 'my-race.c'), 'utf8')}\`\`\``);
    const checked = await run(['check', 'my-race.c', '--arch', 'x86-64'], { cwd });
    expect([checked.code, checked.out]).toEqual([0, expect.stringContaining('✗ DIRTY')]);
  });

  it('says what a race in TypeScript needs, where Node does not run it', async () => {
    const { code, out } = await run(['init', 'typed', '--ts'], { cwd: directory() });
    const native = Boolean((process.features as { typescript?: unknown }).typescript);
    expect([code, /^needed here: npm install/m.test(out)]).toEqual([0, !native]);
  });

  it('writes the same as a module', () => {
    const page = readFileSync(`${ROOT}/docs/first-race.md`, 'utf8');
    expect(page).toContain(`\`\`\`ts\n${firstRace('clear-vs-store', 'ts').text}\`\`\``);
    const { file, text } = firstRace('a-b', 'js');
    expect(file).toBe('a-b.mjs');
    expect(ts.transpileModule(text, { reportDiagnostics: true }).diagnostics).toEqual([]);
    const typed = ts.transpileModule(firstRace('a-b', 'ts').text, {
      compilerOptions: { target: ts.ScriptTarget.ESNext, removeComments: false },
    });
    const bare = (code: string): string =>
      code.replace(/\s+/g, '').replaceAll(',}', '}').replaceAll(',)', ')');
    expect(bare(typed.outputText)).toBe(
      bare(ts.transpileModule(text, { compilerOptions: { target: ts.ScriptTarget.ESNext } }).outputText),
    );
  });

  it.each([
    [['init', 'my race'], 'is no name for a race'],
    [['init', 'Race'], 'lower case, digits and dashes'],
    [['init', 'there'], 'there.c exists already'],
    [['init', 'two', '--c', '--ts'], 'give one of them'],
    [['init'], "missing required argument 'name'"],
  ])('refuses %s', async (argv, says) => {
    const cwd = directory({ 'there.c': 'mine\n' });
    const { code, err } = await run(argv, { cwd });
    expect([code, err]).toEqual([2, expect.stringContaining(says)]);
    expect(readFileSync(path.join(cwd, 'there.c'), 'utf8')).toBe('mine\n');
  });
});

describe('check --watch', () => {
  it('runs again when the file has changed, also after an error, and ends when it is interrupted', async () => {
    const cwd = directory();
    await run(['init', 'my-race'], { cwd });
    const file = path.join(cwd, 'my-race.c');
    const good = readFileSync(file, 'utf8');
    const signal = { aborted: false };
    const said: string[] = [];
    // What to do when it waits, one after the other.
    const turns = [
      () => writeFileSync(file, good.replace('forbids DIRTY', 'forbids DIRT')),
      () => writeFileSync(file, `${good}\n`),
      () => {
        signal.aborted = true;
      },
    ];
    const err = (text: string): void => {
      said.push(text);
      if (text.startsWith('waiting for my-race.c')) turns.shift()?.();
    };
    const { code, out } = await run(['check', 'my-race.c', '--watch', '--arch', 'x86-64'], {
      cwd,
      signal,
      err,
    });
    expect(code).toBe(0);
    expect(out.match(/2 as expected/g)).toHaveLength(2);
    expect(said.join('')).toContain('error RACEWALK_C_RACE: my-race.c:');
    expect(turns).toHaveLength(0);
  });

  it('needs a file', async () => {
    const { code, err } = await run(['check', '--watch', '--tree', 'nowhere']);
    expect([code, err]).toEqual([2, expect.stringContaining('--watch needs a file or a patch')]);
  });
});
