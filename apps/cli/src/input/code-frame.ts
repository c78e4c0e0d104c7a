/** Where in an author's file something went wrong, and what stands there. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Place } from './place.js';

const FRAMES = new WeakMap<Error, readonly string[]>();

/** The lines that belong to an error, if any. */
export const frameOf = (error: unknown): readonly string[] =>
  error instanceof Error ? (FRAMES.get(error) ?? []) : [];

/** Give an error the lines that are printed with it. */
export function framed<T extends Error>(error: T, lines: readonly string[]): T {
  FRAMES.set(error, lines);
  return error;
}

/** The line of `text` that is meant, with one before and one behind it, and a mark below the column. */
export function codeFrame(text: string, { line, column }: Place): string[] {
  const all = text.split(/\r?\n/);
  const out: string[] = [];
  for (let n = Math.max(1, line - 1); n <= Math.min(all.length, line + 1); n++) {
    const code = (all[n - 1] ?? '').slice(0, 200);
    out.push(`${n === line ? '>' : ' '} ${String(n).padStart(4)} | ${code}`.trimEnd());
    if (n === line && column !== undefined)
      out.push(`       | ${code.slice(0, column - 1).replace(/\S/g, ' ')}^`);
  }
  return out;
}

/** The first place of a file in the stack of what its code threw. */
function placeInStack(file: string, stack: string): Place | null {
  for (const name of [pathToFileURL(file).href, file]) {
    for (const line of stack.split('\n')) {
      const at = line.indexOf(`${name}:`);
      const [, row, column] = /^(\d+):(\d+)/.exec(at < 0 ? '' : line.slice(at + name.length + 1)) ?? [];
      if (row !== undefined) return { line: Number(row), column: Number(column) };
    }
  }
  return null;
}

/** Node does not say where a module has a syntax error; its own check of the file does. */
function placeOfSyntax(file: string): Place | null {
  const { stderr } = spawnSync(process.execPath, ['--check', file], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
    timeout: 10_000,
  });
  const lines = stderr.split('\n');
  const first = lines.findIndex((line) => /^\S.*:\d+$/.test(line));
  if (first < 0) return null;
  const mark = (lines[first + 2] ?? '').indexOf('^');
  return {
    line: Number(/:(\d+)$/.exec(lines[first] ?? '')?.[1]),
    column: mark < 0 ? undefined : mark + 1,
  };
}

/** Where the code of a file failed while it was loaded; null if nobody can say. */
export function placeOfFailure(file: string, cause: unknown): Place | null {
  if (!(cause instanceof Error)) return null;
  return placeInStack(file, cause.stack ?? '') ?? (cause instanceof SyntaxError ? placeOfSyntax(file) : null);
}

/** The frame of a place in a file, as far as it can be read. */
export function frameIn(file: string, place: Place): string[] {
  try {
    return codeFrame(readFileSync(file, 'utf8'), place);
  } catch {
    return [];
  }
}

/** An error whose message begins with a place in `file` gets the lines of that place. */
export function framedAt(error: unknown, file: string, text: string): unknown {
  if (!(error instanceof Error) || !error.message.startsWith(`${file}:`)) return error;
  const [, line, column] = /^:(\d+):(\d+)/.exec(error.message.slice(file.length)) ?? [];
  if (line === undefined) return error;
  return framed(error, codeFrame(text, { line: Number(line), column: Number(column) }));
}
