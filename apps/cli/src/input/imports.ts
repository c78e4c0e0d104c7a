/** What a module of the user's imports by name, read from its text as the author wrote it, TypeScript included. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Place, placeAt } from './place.js';

/** A value that is imported: its name where it comes from, its name here, and where it stands. */
export interface ImportedName {
  readonly name: string;
  readonly local: string;
  readonly place: Place;
}

/** One statement. */
export interface Import {
  readonly from: string;
  readonly names: readonly ImportedName[];
}

const IMPORT =
  /(?:^|;)[ \t]*(?:import|export)\s+(?!type\b)(?:[\w$]+\s*,\s*)?\{([^}]*)\}\s*from\s*(['"])([^'"]+)\2/gm;
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
const NAME = /^\s*(?!type\s)([\w$]+)(?:\s+as\s+([\w$]+))?/;

/** Values that a module imports by name; types are no values. */
export function importsOf(text: string): Import[] {
  return [...text.matchAll(IMPORT)].map((match) => {
    const list = (match[1] ?? '').replace(COMMENT, (comment) => ' '.repeat(comment.length));
    const start = match.index + match[0].indexOf('{') + 1;
    const names = [...list.matchAll(/[^,]+/g)].flatMap((part): ImportedName[] => {
      const [, name, local = name] = NAME.exec(part[0]) ?? [];
      if (name === undefined || local === undefined) return [];
      return [{ name, local, place: placeAt(text, start + part.index + part[0].indexOf(name)) }];
    });
    return { from: match[3] ?? '', names };
  });
}

/** The file behind a relative import, which may be TypeScript that the import calls by the name of its compiled form. */
export function fileBehind(importer: string, from: string): string | null {
  const named = path.resolve(path.dirname(importer), from);
  return [named, named.replace(/js$/, 'ts')].find((one) => existsSync(one)) ?? null;
}

/** The module and those beside it that it imports by a path, each once, the module first. */
export function ownModules(file: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file) || !existsSync(file)) return seen;
  seen.add(file);
  for (const { from } of importsOf(readFileSync(file, 'utf8'))) {
    const other = from.startsWith('.') ? fileBehind(file, from) : null;
    if (other !== null && /\.[cm]?[jt]s$/.test(other)) ownModules(other, seen);
  }
  return seen;
}
