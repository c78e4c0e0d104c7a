/** Names that a file of the user's imports and that are not there: all of them at once, and where they are today. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { nearest } from '@racewalk/core';
import { KERNEL } from '@racewalk/mm';
import { importsOf, ownModules } from './imports.js';
import type { Place } from './place.js';

/** What is imported and not exported. */
export interface MissingNames {
  readonly file: string;
  readonly place: Place;
  readonly message: string;
  readonly hint: string;
}

/** What a module exports; nothing if it cannot be loaded. */
async function namesOf(file: string, from: string): Promise<readonly string[] | null> {
  try {
    const there = createRequire(file).resolve(from);
    return Object.keys((await import(pathToFileURL(there).href)) as object);
  } catch {
    return null;
  }
}

/** Entries of the packages that are installed beside one that the file found. */
function entriesBeside(file: string): string[] {
  const require = createRequire(file);
  const scope = path.dirname(path.dirname(require.resolve('@racewalk/core/package.json')));
  // In a checkout the packages are links to folders of other names.
  const folder = (require.resolve.paths('@racewalk/core') ?? [])
    .map((modules) => path.join(modules, '@racewalk'))
    .find((modules) => existsSync(path.join(modules, 'core')));
  const root = folder ?? scope;
  return readdirSync(root).flatMap((name) => {
    try {
      const { exports = {} } = JSON.parse(readFileSync(path.join(root, name, 'package.json'), 'utf8')) as {
        exports?: Record<string, unknown>;
      };
      return Object.keys(exports)
        .filter((entry) => entry !== './package.json' && !entry.includes('*'))
        .map((entry) => `@racewalk/${name}${entry.slice(1)}`);
    } catch {
      return [];
    }
  });
}

/** The packages that a race is made of come first, then the others. */
const rank = (entry: string): number => {
  const at = ['core', 'core/step', 'machine', 'mm'].indexOf(entry.replace('@racewalk/', ''));
  return at < 0 ? 9 : at;
};

/** Where today's names are: name to entry. */
async function whereNamesAre(file: string): Promise<ReadonlyMap<string, string>> {
  const where = new Map<string, string>();
  const entries = entriesBeside(file).sort((a, b) => rank(a) - rank(b));
  for (const entry of entries) {
    for (const name of (await namesOf(file, entry)) ?? []) if (!where.has(name)) where.set(name, entry);
  }
  return where;
}

/** What to write instead, a line for each place where names are today. */
function advice(names: readonly string[], where: ReadonlyMap<string, string>): string {
  const moved = new Map<string, string[]>();
  const kernel: string[] = [];
  const gone: string[] = [];
  for (const name of names) {
    const entry = where.get(name);
    const near = nearest(name, [...where.keys()]);
    if (entry !== undefined) moved.set(entry, [...(moved.get(entry) ?? []), name]);
    else if (name in KERNEL) kernel.push(name);
    else gone.push(near === null ? name : `${name} (did you mean ${near} of ${where.get(near)}?)`);
  }
  return [
    ...[...moved].map(([entry, list]) => `import { ${list.join(', ')} } from '${entry}'`),
    ...kernel.map((name) => `call ${name} as yield* m.k.${name}(…), without m as its first argument`),
    ...(gone.length === 0 ? [] : [`no package exports ${gone.join(', ')}`]),
  ].join('; ');
}

/** Null if every name that the file and its own modules import from Racewalk is there. */
export async function missingNames(file: string): Promise<MissingNames | null> {
  for (const own of ownModules(file)) {
    const missing: { readonly from: string; readonly name: string; readonly place: Place }[] = [];
    for (const { from, names } of importsOf(readFileSync(own, 'utf8'))) {
      if (!from.startsWith('@racewalk/')) continue;
      const there = await namesOf(own, from);
      if (there === null) continue;
      for (const { name, place } of names) if (!there.includes(name)) missing.push({ from, name, place });
    }
    const [first] = missing;
    if (first === undefined) continue;
    const froms = [...new Set(missing.map(({ from }) => from))];
    const parts = froms.map((from) => {
      const list = missing.filter((one) => one.from === from).map(({ name }) => name);
      return `${from} does not export ${list.join(', ')}`;
    });
    const names = missing.map(({ name }) => name);
    const where = await whereNamesAre(own);
    return { file: own, place: first.place, message: parts.join('; '), hint: advice(names, where) };
  }
  return null;
}

/** Whether an error says that a module lacks a name that another one imports. */
export const lacksName = (cause: unknown): boolean =>
  cause instanceof SyntaxError && cause.message.includes('does not provide an export named');

/** The path in a message about a module that is not there; null if it names a package. */
export function missingPath(cause: unknown): string | null {
  const [, name = ''] =
    /Cannot find module '([^']+)'/.exec(cause instanceof Error ? cause.message : '') ?? [];
  if (name === '') return null;
  return name.startsWith('file:') ? fileURLToPath(name) : name;
}
