/** The command as one bundle: it says what its modules say, and leaves them to files of the user's. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { entry, mayLoadModules } from '../bin/choose.js';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const run = (main: string, argv: readonly string[]): string =>
  execFileSync(process.execPath, [at(main), ...argv], { encoding: 'utf8' });

const EXPLAIN = ['explain', 'mremap/move-vs-writer', '--arch', 'x86-64', '--variant', 'mutant:no-flush'];

describe('the bundle', () => {
  it.each([
    [['check', 'race.c']],
    [['queue', 'check', 'race.mjs']],
    [['conformance', '--scenarios', 'races']],
    [['explore', 'a/b', '--scenarios=races']],
    [['laws', '--arch', './mine']],
    [['laws', '--arch=./mine']],
    [['conformance', '--arch', 'x86-64,mine.mjs#one']],
    [['explain', 'mine.ts']],
  ])('is not used for %j: a module may import the packages', (argv) => {
    expect(mayLoadModules(argv)).toBe(true);
    expect(entry(argv)).toMatch(/\/dist\/main\.js$/);
  });

  it.each([
    [[]],
    [['list']],
    [['explain', 'contpte/teardown-vs-walker', '--arch', 'arm64-contpte']],
    [['litmus', 'docs/examples/c/as-dirty.c']],
  ])('is used for %j', (argv) => {
    expect(mayLoadModules(argv)).toBe(false);
  });

  const built = existsSync(at('../dist/bundle/main.js'));
  it.skipIf(!built)(
    `prints what the modules print, places in the sources included${built ? '' : ' (skipped: there is no build)'}`,
    { timeout: 120_000 },
    () => {
      for (const argv of [['--help'], ['replay', '--help'], EXPLAIN]) {
        expect(run('../dist/bundle/main.js', argv)).toBe(run('../dist/main.js', argv));
      }
      const places = [...EXPLAIN, '--format', 'json'];
      const bundled = run('../dist/bundle/main.js', places);
      expect(bundled).toContain('"packages/mm/src/');
      expect(bundled).toBe(run('../dist/main.js', places));
    },
  );
});

it('a checkout that is not built is told to build, instead of a module that is missing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'racewalk-unbuilt-'));
  cpSync(at('../bin'), join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const { status, stderr } = spawnSync(process.execPath, [join(folder, 'bin/racewalk.js'), 'help'], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  expect(stderr).toBe(
    'error RACEWALK_FILE: this checkout is not built\nhint: npm run build, in the root of the checkout\n',
  );
  expect(status).toBe(2);
});
