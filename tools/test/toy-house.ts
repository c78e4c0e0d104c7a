import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { checkHouse, type Violation } from '../boundaries/check.mjs';

/** Room and dependencies of the packages of the toy repository; every one has an `src/index.ts`. */
const ROOMS: Readonly<Record<string, { dir: string; room: string; dependencies: readonly string[] }>> = {
  core: { dir: 'packages/core', room: 'core', dependencies: [] },
  trace: { dir: 'packages/trace', room: 'trace', dependencies: ['core'] },
  explorer: { dir: 'packages/explorer', room: 'engine', dependencies: ['core', 'trace'] },
  'arch-a': { dir: 'packages/arch-a', room: 'arch', dependencies: ['core'] },
  'arch-b': { dir: 'packages/arch-b', room: 'arch', dependencies: ['core'] },
  'feature-a': { dir: 'packages/feature-a', room: 'feature', dependencies: ['core'] },
  conformance: { dir: 'packages/conformance', room: 'hall', dependencies: ['core', 'trace', 'explorer'] },
  wiring: {
    dir: 'packages/wiring',
    room: 'wiring',
    dependencies: ['core', 'trace', 'explorer', 'conformance'],
  },
  cli: {
    dir: 'apps/cli',
    room: 'app',
    dependencies: ['core', 'arch-a', 'feature-a', 'conformance', 'wiring'],
  },
  tools: { dir: 'tools', room: 'tools', dependencies: [] },
};

const scoped = (name: string) => `@racewalk/${name}`;

function manifest(name: string, room: string, dependencies: readonly string[]): string {
  const exports = { '.': './src/index.ts', ...(name === 'core' && { './step': './src/step/index.ts' }) };
  const wanted = Object.fromEntries(dependencies.map((other) => [scoped(other), '0.1.0']));
  // On a test's floor everything is declared, so that only the rule under test speaks.
  const devDependencies = { [scoped('conformance')]: '0.1.0' };
  const dev = room === 'arch' || room === 'feature' ? { devDependencies } : {};
  const tags = [`room:${room}`];
  return JSON.stringify({ name: scoped(name), exports, dependencies: wanted, ...dev, nx: { tags } }, null, 2);
}

function tsconfig(dir: string, dependencies: readonly string[]): string {
  const references = dependencies.map((other) => ({
    path: path.posix.relative(dir, ROOMS[other]?.dir ?? other),
  }));
  return JSON.stringify({ references });
}

/** Files of a repository that keeps every rule. */
function goodHouse(): Record<string, string> {
  const workspaces = ['packages/*', 'apps/*', 'tools'];
  const files: Record<string, string> = {
    'package.json': JSON.stringify({ workspaces, devDependencies: { vitest: '1.0.0' } }),
    'vitest.shared.ts': 'export {};\n',
  };
  for (const [name, { dir, room, dependencies }] of Object.entries(ROOMS)) {
    files[`${dir}/package.json`] = manifest(name, room, dependencies);
    files[`${dir}/tsconfig.json`] = tsconfig(dir, dependencies);
    files[`${dir}/src/index.ts`] = 'export {};\n';
  }
  return files;
}

/** What the boundary check says about the good house with `changes` on top. */
export function inspect(changes: Readonly<Record<string, string>>): readonly Violation[] {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'racewalk-house-'));
  onTestFinished(() => fs.rmSync(root, { recursive: true }));
  for (const [file, text] of Object.entries({ ...goodHouse(), ...changes })) {
    fs.mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), text);
  }
  return checkHouse(root).violations;
}

/** The toy package.json of `name`, with other dependencies. */
export function withDependencies(name: string, dependencies: readonly string[]): Record<string, string> {
  const pkg = ROOMS[name];
  if (!pkg) throw new Error(`no toy package ${name}`);
  return {
    [`${pkg.dir}/package.json`]: manifest(name, pkg.room, dependencies),
    [`${pkg.dir}/tsconfig.json`]: tsconfig(pkg.dir, dependencies),
  };
}
