import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { checkHouse, type Violation } from '../boundaries/check.mjs';

/** Room and dependencies of the packages of the toy repository; every one has an `src/index.ts`. */
const ROOMS: Readonly<Record<string, { dir: string; room: string; dependencies: readonly string[] }>> = {
  core: { dir: 'packages/core', room: 'core', dependencies: [] },
  machine: { dir: 'packages/machine', room: 'machine', dependencies: ['core'] },
  trace: { dir: 'packages/trace', room: 'trace', dependencies: ['core'] },
  explorer: { dir: 'packages/explorer', room: 'engine', dependencies: ['core'] },
  mm: { dir: 'packages/mm', room: 'mm', dependencies: ['core', 'machine'] },
  'arch-a': { dir: 'packages/arch-a', room: 'arch', dependencies: ['core'] },
  'arch-b': { dir: 'packages/arch-b', room: 'arch', dependencies: ['core'] },
  'feature-a': { dir: 'packages/feature-a', room: 'feature', dependencies: ['core', 'machine', 'mm'] },
  catalogue: { dir: 'packages/catalogue', room: 'catalogue', dependencies: ['core', 'machine', 'mm'] },
  'kernel-c': { dir: 'packages/kernel-c', room: 'kernel-c', dependencies: ['core', 'machine', 'mm'] },
  litmus: { dir: 'packages/litmus', room: 'litmus', dependencies: ['core', 'machine'] },
  conformance: {
    dir: 'packages/conformance',
    room: 'hall',
    dependencies: ['core', 'machine', 'trace', 'explorer'],
  },
  wiring: {
    dir: 'packages/wiring',
    room: 'wiring',
    dependencies: ['core', 'trace', 'explorer', 'conformance'],
  },
  fleet: { dir: 'packages/fleet', room: 'fleet', dependencies: ['core', 'explorer', 'conformance'] },
  cli: {
    dir: 'apps/cli',
    room: 'app',
    dependencies: ['core', 'mm', 'arch-a', 'feature-a', 'conformance', 'wiring', 'fleet'],
  },
  tools: { dir: 'tools', room: 'tools', dependencies: [] },
};

/** Rooms whose tests may use more. */
const FOR_TESTS: Readonly<Record<string, readonly string[]>> = {
  arch: ['machine', 'mm', 'conformance'],
  feature: ['conformance'],
  hall: ['mm'],
};

const scoped = (name: string) => `@racewalk/${name}`;

function manifest(name: string, room: string, dependencies: readonly string[]): string {
  const exports = { '.': './src/index.ts', ...(name === 'core' && { './step': './src/step/index.ts' }) };
  const wanted = Object.fromEntries(dependencies.map((other) => [scoped(other), '0.1.0']));
  const extra = (FOR_TESTS[room] ?? []).map((other) => [scoped(other), '0.1.0']);
  const dev = extra.length === 0 ? {} : { devDependencies: Object.fromEntries(extra) };
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

/** Writes the good house with `changes` on top, until the test is over; returns its root. */
export function build(changes: Readonly<Record<string, string>>): string {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'racewalk-house-'));
  onTestFinished(() => fs.rmSync(root, { recursive: true }));
  for (const [file, text] of Object.entries({ ...goodHouse(), ...changes })) {
    fs.mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), text);
  }
  return root;
}

/** What the boundary check says about the good house with `changes` on top. */
export const inspect = (changes: Readonly<Record<string, string>>): readonly Violation[] =>
  checkHouse(build(changes)).violations;

/** The toy package.json of `name`, with other dependencies. */
export function withDependencies(name: string, dependencies: readonly string[]): Record<string, string> {
  const pkg = ROOMS[name];
  if (!pkg) throw new Error(`no toy package ${name}`);
  return {
    [`${pkg.dir}/package.json`]: manifest(name, pkg.room, dependencies),
    [`${pkg.dir}/tsconfig.json`]: tsconfig(pkg.dir, dependencies),
  };
}
