/** Files of litmus tests: named, in a folder, or by a pattern. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { RacewalkError } from '@racewalk/core';
import type { Context } from '../context.js';
import { locate } from '../input/files.js';

const isPattern = (text: string): boolean => /[*?]/.test(text);

/** `*` and `?` within one part of a path. */
const matcher = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );

const isFolder = (at: string): boolean => statSync(at, { throwIfNoEntry: false })?.isDirectory() === true;

const namesIn = (folder: string): string[] => (isFolder(folder) ? readdirSync(folder).sort() : []);

/** Every test in a folder and below. */
function below(folder: string): string[] {
  return namesIn(folder).flatMap((name) => {
    const at = path.join(folder, name);
    if (isFolder(at)) return below(at);
    return name.endsWith('.litmus') ? [at] : [];
  });
}

/** Paths that a pattern matches, from a folder on. */
function matching(folder: string, parts: readonly string[]): string[] {
  const [first, ...rest] = parts;
  if (first === undefined) return [folder];
  if (first === '**') {
    const folders = namesIn(folder).filter((name) => isFolder(path.join(folder, name)));
    return [
      ...matching(folder, rest),
      ...folders.flatMap((name) => matching(path.join(folder, name), parts)),
    ];
  }
  if (!isPattern(first)) {
    const at = path.join(folder, first);
    return statSync(at, { throwIfNoEntry: false }) === undefined ? [] : matching(at, rest);
  }
  const fits = matcher(first);
  return namesIn(folder).flatMap((name) => (fits.test(name) ? matching(path.join(folder, name), rest) : []));
}

/** The files that arguments name, each once and in order; throws `RACEWALK_FILE` for an argument that names none. */
export function expandFiles(context: Context, args: readonly string[]): string[] {
  const files = args.flatMap((arg) => {
    const at = locate(context, arg);
    if (isFolder(at)) return found(arg, below(at));
    if (!isPattern(arg) || statSync(at, { throwIfNoEntry: false }) !== undefined) return [at];
    const { root } = path.parse(at);
    return found(
      arg,
      matching(root, at.slice(root.length).split(path.sep)).filter((one) => !isFolder(one)),
    );
  });
  return [...new Set(files)].map((file) => {
    const near = path.relative(context.io.cwd, file);
    return near.startsWith('..') ? file : near;
  });
}

function found(arg: string, files: string[]): string[] {
  if (files.length > 0) return files;
  throw new RacewalkError('RACEWALK_FILE', `${arg} has no litmus tests`, {
    hint: 'name a file, a folder with FILE.litmus in it, or a pattern in quotes',
  });
}
