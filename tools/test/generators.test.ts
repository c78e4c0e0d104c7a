/** The generators, run in a copy of the repository; what they write is compiled, checked and run there. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { CAPABILITIES, HUGE_PTE_OPS, PMD_OPS, PTE_OPS } from '@racewalk/core';
import { FsTree } from 'nx/src/generators/tree.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkHouse, formatViolation } from '../boundaries/check.mjs';
import archGenerator from '../nx/generators/arch.mjs';
import featureGenerator from '../nx/generators/feature.mjs';
import { camelCase, identifierOf } from '../nx/generators/names.mjs';
import raceGenerator from '../nx/generators/race.mjs';
import { copyRepository } from './scratch-repo.js';

// Compilers and test runners of their own: slow on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

let copy = '';
const out: Record<string, string> = {};

/** The environment without what Vitest and an outer `npm run` put there. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([key]) => !/^(?:npm_|VITEST|RACEWALK_|NODE_ENV$|TEST$|DEV$|PROD$|MODE$)/i.test(key),
  ),
);

/** Runs a script of the copy in a folder of it; answers what it printed. */
function runIn(dir: string, script: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(copy, script), ...args], {
    cwd: path.join(copy, dir),
    env: { ...env, NO_COLOR: '1', CI: 'true' },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  expect(status, `${script} ${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

const run = (script: string, ...args: string[]) => runIn('.', script, ...args);
const generate = (...args: string[]) => run('node_modules/.bin/nx', 'g', ...args);

const CLAIM = ['--seed', '004', '--who', 'Some One', '--says', "It's never flushed."];

beforeAll(() => {
  copy = copyRepository();
  out.arch = generate('@racewalk/nx:arch', 'made-up', '--title', 'an architecture (of nobody)');
  out.feature = generate('@racewalk/nx:feature', 'made-up-things');
  out.race = generate('@racewalk/nx:race', 'late-store', '--feature', 'made-up-things', ...CLAIM);
  generate('@racewalk/nx:race', 'made-up-store', '--feature', 'mremap');
}, 180_000);

afterAll(() => fs.rmSync(copy, { recursive: true, force: true }), 60_000);

describe('what the generators print', () => {
  it('which operations are generic, and which capabilities are declared false', () => {
    const [all = '', capabilities = ''] = out.arch?.split('declared false:') ?? [];
    const [, ...sets] = all.split('capabilities:')[0]?.split('still generic: ') ?? [];
    expect(sets.map((set) => set.split('\n')[0])).toEqual([
      `${PTE_OPS.length} of ${PTE_OPS.length} operations`,
      `${PMD_OPS.length} of ${PMD_OPS.length} operations on huge pages (pmdOps)`,
      `${HUGE_PTE_OPS.length} of ${HUGE_PTE_OPS.length} operations on hugetlb pages (hugeOps)`,
    ]);
    const names = sets.map((set) => set.split('\n').slice(1).join(' ').match(/\w+/g));
    expect(names).toEqual([PTE_OPS, PMD_OPS, HUGE_PTE_OPS]);
    const denied = Object.keys(CAPABILITIES).filter((name) => name !== 'ipiFlush');
    expect(capabilities.split('next:')[0]?.match(/\w+/g)).toEqual(denied);
  });

  it('what to do next', () => {
    expect(out.arch).toContain('npx racewalk conformance --arch made-up ');
    expect(out.feature).toContain('npx nx g @racewalk/nx:race NAME --feature made-up-things ');
    expect(out.race).toContain('npx racewalk conformance --test made-up-things/late-store ');
  });
});

describe('what the generators write', () => {
  it('compiles, and so do its tests', () => {
    run('node_modules/.bin/tsc', '-b');
    const mine = ['arch-made-up', 'feature-made-up-things'];
    const config = { extends: './tsconfig.check.json', include: mine.map((name) => `packages/${name}`) };
    fs.writeFileSync(path.join(copy, 'tsconfig.mine.json'), JSON.stringify(config));
    run('node_modules/.bin/tsc', '-p', 'tsconfig.mine.json');
    fs.rmSync(path.join(copy, 'tsconfig.mine.json'));
  });

  it('keeps to the house plan, and passes lint', () => {
    expect(checkHouse(copy).violations.map(formatViolation)).toEqual([]);
    const touched = ['arch-made-up', 'feature-made-up-things', 'feature-mremap'].map(
      (name) => `packages/${name}`,
    );
    run('node_modules/.bin/biome', 'check', '--error-on-warnings', 'apps/cli', ...touched);
  });

  it('passes its own tests: manifest, laws and races', () => {
    const projects = ['arch-made-up', 'feature-made-up-things'].flatMap((name) => ['--project', name]);
    const text = run('node_modules/.bin/vitest', 'run', ...projects);
    const [, passed] = /^(\d+) passed, 0 failed/m.exec(text) ?? [];
    expect(Number(passed)).toBeGreaterThan(100);
  });

  it('is known to the command line, and as expected there', () => {
    const racewalk = (...args: string[]) => run('apps/cli/bin/racewalk.js', ...args);
    const report = racewalk('conformance', '--arch', 'made-up,x86-64', '--test', 'made-up-things/*');
    expect(report).toContain('2 architectures · 2 races · 8 cells');
    expect(racewalk('conformance', '--arch', 'made-up', '--test', 'access-flags/*')).toContain(
      ' as expected',
    );
    expect(racewalk('conformance', '--test', 'mremap/made-up-store')).toContain(' as expected');
    expect(racewalk('list', 'ops', '--arch', 'made-up')).toContain('0 of its own; ');
  });

  it('is refused in two lines, whatever the command, if the plug-in is none', () => {
    const plugin = path.join(copy, 'packages/arch-made-up/dist/plugin.js');
    const good = fs.readFileSync(plugin, 'utf8');
    fs.writeFileSync(plugin, good.replace("'ipiFlush'", "'ipiFlsh'"));
    const bin = path.join(copy, 'apps/cli/bin/racewalk.js');
    const { status, stderr } = spawnSync(process.execPath, [bin, 'list', 'archs'], { env, encoding: 'utf8' });
    fs.writeFileSync(plugin, good);
    expect(stderr).toBe(
      'error RACEWALK_BAD_PLUGIN: plug-in made-up: unknown capability ipiFlsh\nhint: expected ipiFlush\n',
    );
    expect(status).toBe(2);
  });

  it('is documented without a warning', () => {
    const packages = ['arch-made-up', 'feature-made-up-things'].map((name) => `packages/${name}`);
    run('node_modules/.bin/typedoc', '--emit', 'none', '--entryPoints', ...packages);
  });

  it('stands in the lock as npm would write it', () => {
    const lock = path.join(copy, 'package-lock.json');
    const before = fs.readFileSync(lock, 'utf8');
    run('tools/check-lock.mjs');
    const args = ['install', '--package-lock-only', '--offline', '--ignore-scripts'];
    const { status, stderr } = spawnSync('npm', args, { cwd: copy, env, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(fs.readFileSync(lock, 'utf8')).toBe(before);
  });

  it('registers the claim of a race', () => {
    const claims = fs.readFileSync(path.join(copy, 'packages/feature-made-up-things/src/claims.ts'), 'utf8');
    expect(claims).toContain('says: "It\'s never flushed."');
    expect(claims).toContain(
      "decidedBy: ['made-up-things/late-store', 'made-up-things/late-store#mutant:no-flush']",
    );
  });
});

describe('names', () => {
  it('become identifiers', () => {
    expect(['mips', 'x86-64', 'made-up'].map(camelCase)).toEqual(['mips', 'x86_64', 'madeUp']);
    expect(['default', 'mips'].map((name) => identifierOf(name, 'Arch'))).toEqual(['defaultArch', 'mips']);
  });

  const arch = (name: string, title = name) => archGenerator(new FsTree(copy, false), { name, title });
  const feature = (name: string) => featureGenerator(new FsTree(copy, false), { name });
  const race = (name: string, more: object) =>
    raceGenerator(new FsTree(copy, false), { name, feature: 'mremap', ...more });

  it.each([
    ['Mips', () => arch('Mips'), 'RACEWALK_BAD_NAME', 'for instance my-arch'],
    ['arch-mips', () => arch('arch-mips'), 'RACEWALK_BAD_NAME', 'leave arch- out: mips'],
    ['a title of two lines', () => arch('mips', 'a\nb'), 'RACEWALK_BAD_NAME', 'one line of text'],
    ['arm64', () => arch('arm64'), 'RACEWALK_EXISTS', 'take another name'],
    ['an id of another package', () => arch('sw-dirty'), 'RACEWALK_EXISTS', 'racewalk list archs'],
    ['feature-x', () => feature('feature-x'), 'RACEWALK_BAD_NAME', 'leave feature- out: x'],
    ['mremap', () => feature('mremap'), 'RACEWALK_EXISTS', 'take another name'],
    ['mremap/x', () => race('mremap/x', {}), 'RACEWALK_BAD_NAME', 'lower-case'],
    ['two-moves', () => race('two-moves', {}), 'RACEWALK_EXISTS', 'take another name'],
    ['an unknown feature', () => race('x', { feature: 'mremmap' }), 'RACEWALK_UNKNOWN_FEATURE', 'mremap, '],
    ['half a claim', () => race('x', { who: 'me' }), 'RACEWALK_BAD_CLAIM', 'all of --seed'],
  ])('%s is refused', async (_what, make, code, hint) => {
    const error = await make().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(String(error)).toMatch(new RegExp(`^Error: ${code}: [^\\n]+\\nhint: [^\\n]*${hint}`));
  });
});
