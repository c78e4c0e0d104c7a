import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installOffline, outsideDependencies, type Packed, pack, publishedPackages } from '../pack/pack.mjs';
import { outsideTests } from './outside.js';

const root = path.resolve(import.meta.dirname, '../..');
const published = publishedPackages(root);

/** Import specifiers of every code entry of every published package. */
const specifiers = published.flatMap(({ name, manifest }) =>
  Object.keys(manifest.exports ?? {})
    // An entry with an extension is a file to read, not a module.
    .filter((entry) => !/\.(?:json|wasm)$/.test(entry))
    .map((entry) => name + entry.slice(1)),
);

const tarballs = fs.mkdtempSync(path.join(os.tmpdir(), 'racewalk-tarballs-'));
const project = fs.mkdtempSync(path.join(os.tmpdir(), 'racewalk-empty-project-'));
let packed: Packed[] = [];

beforeAll(() => {
  for (const { name, dir } of published) {
    if (!fs.existsSync(path.join(dir, 'dist')))
      throw new Error(`${name} is not built: run "npm run build" first`);
  }
  const own = pack(
    published.map(({ dir }) => dir),
    tarballs,
  );
  const outside = pack(outsideDependencies(published), tarballs);
  installOffline(project, [...own, ...outside], tarballs);
  packed = own;
}, 120_000);

afterAll(() => {
  for (const dir of [tarballs, project]) fs.rmSync(dir, { recursive: true });
}, 60_000);

describe.each(published)('$name, packed', ({ name, dir, manifest }) => {
  it('holds its licence, its README and every file its exports name, and nothing it should not', () => {
    const files = packed.find((one) => one.name === name)?.files.map((file) => file.path) ?? [];
    const named =
      JSON.stringify([manifest.exports, manifest.bin]).match(/(?<="\.\/)[^"]+\.[a-z]+(?="[^:])/g) ?? [];
    const missing = ['LICENSE', 'README.md', ...named].filter((file) => !files.includes(file));
    expect(missing).toEqual([]);
    const allowed = /^(?:dist|src|bin|vendor|page)\/|^(?:LICENSE|README\.md|package\.json)$/;
    expect(files.filter((file) => !allowed.test(file))).toEqual([]);
  });

  it('says who it is', () => {
    expect(manifest).toMatchObject({ license: 'MIT', type: 'module', engines: { node: '>=20.19' } });
    expect(manifest).toHaveProperty('sideEffects');
    expect(manifest).toHaveProperty('description');
    expect(manifest).toHaveProperty('keywords');
    const home = 'https://github.com/racewalk/racewalk';
    const directory = path.relative(root, dir);
    expect(manifest).toMatchObject({
      homepage: `${home}#readme`,
      repository: { type: 'git', url: `git+${home}.git`, directory },
      bugs: `${home}/issues`,
    });
    expect(manifest).toHaveProperty(['publishConfig', 'access'], 'public');
  });

  it('satisfies publint', async () => {
    const pkgDir = path.join(project, 'node_modules', name);
    const { messages, pkg } = await publint({ pkgDir, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });
});

describe.each(published)('the types of $name', ({ name }) => {
  it('are those of its modules, says attw', async () => {
    const { filename = '' } = packed.find((one) => one.name === name) ?? {};
    const tarball = createPackageFromTarballData(fs.readFileSync(path.join(tarballs, filename)));
    const found = await checkPackage(tarball);
    const problems = found.types === false ? [] : found.problems;
    // ES modules alone, for Node 20 and newer: `require` of them, and TypeScript that knows no `exports`, are not supported.
    const meant = problems.filter(
      (problem) =>
        problem.kind !== 'CJSResolvesToESM' &&
        // A file to read is no module.
        !('entrypoint' in problem && /\.(?:json|wasm)$/.test(problem.entrypoint)) &&
        !('resolutionKind' in problem && problem.resolutionKind === 'node10'),
    );
    expect([found.types === false, meant]).toEqual([false, []]);
  });
});

describe('an empty project with the packed packages', () => {
  it('imports every entry in plain Node, and finds what the sources export', async () => {
    const script = `
      const found = {};
      for (const name of ${JSON.stringify(specifiers)}) found[name] = Object.keys(await import(name)).sort();
      process.stdout.write(JSON.stringify(found));`;
    const options = { cwd: project, encoding: 'utf8' } as const;
    const found = JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], options));
    for (const name of specifiers) {
      const source: object = await import(/* @vite-ignore */ name);
      expect(found[name], name).toEqual(Object.keys(source).sort());
    }
  });

  it('type-checks a strict TypeScript user of every entry', () => {
    const imports = specifiers.map((name, index) => `import * as m${index} from '${name}';`);
    const uses = specifiers.map((_, index) => `m${index}`).join(', ');
    const example = fs.readFileSync(path.join(import.meta.dirname, 'pack-user.ts'), 'utf8');
    fs.writeFileSync(path.join(project, 'user.ts'), example);
    fs.writeFileSync(
      path.join(project, 'all.ts'),
      `${imports.join('\n')}\nexport const all: object[] = [${uses}];\n`,
    );
    const compilerOptions = { target: 'es2022', module: 'nodenext', strict: true, noEmit: true, types: [] };
    fs.writeFileSync(
      path.join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, include: ['*.ts'] }),
    );
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, '']);
  });

  it('starts the racewalk command', () => {
    const command = path.join(project, 'node_modules/.bin/racewalk');
    expect(execFileSync(command, ['--help'], { cwd: project, encoding: 'utf8' })).toContain('conformance');
  });
});

outsideTests(project);
