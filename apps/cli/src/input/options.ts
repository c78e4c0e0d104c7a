/**
 * Values of options. Rejects invalid ones and says what is accepted.
 */
import { STRATEGIES } from '@racewalk/conformance/matrix';
import { MEMORY_MODELS, type MemoryModelName } from '@racewalk/core/step';
import type { Strategy } from '@racewalk/explorer';
import { usageError } from '../errors.js';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `60s`, `500ms`, `2m`, `1h`; a bare number is seconds. Returns milliseconds. */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim());
  const ms = match === null ? 0 : Number(match[1]) * (UNITS[match[2] ?? 's'] ?? 1000);
  if (!(ms > 0)) throw usageError(`not a duration: ${JSON.stringify(text)}`, 'for instance 60s, 500ms, 2m');
  return ms;
}

/** A whole number of at least `least`. */
export function wholeNumber(name: string, least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw usageError(`${name} ${JSON.stringify(text)} is not a whole number`, `a whole number from ${least}`);
  };
}

/** A port to listen at. */
export function port(text: string): number {
  const value = wholeNumber('--port', 0)(text);
  if (value <= 65_535) return value;
  throw usageError(`--port ${value} is too large`, 'at most 65535; 0 takes a free one');
}

/** `a,b` as a list without repetition; an option that is given again adds to it. */
export function list(text: string, earlier: readonly string[] = []): string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw usageError('an empty list of names', 'names with commas between them');
  return [...new Set([...earlier, ...names])];
}

/** Patterns given by several options or with commas, as one. */
export const globs = (text: string, earlier?: string): string =>
  earlier === undefined ? text : `${earlier},${text}`;

/** `i/n` with 1 <= i <= n. */
export function shard(text: string): { index: number; count: number } {
  const match = /^(\d+)\/(\d+)$/.exec(text.trim());
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || !(index >= 1 && index <= count)) {
    throw usageError(`not a shard: ${JSON.stringify(text)}`, 'i/n with i from 1 to n, for instance 2/4');
  }
  return { index, count };
}

/** Words that a parser takes. */
const WORDS = new WeakMap<object, readonly string[]>();

/** Words that a parser made by {@link oneOf} takes; none for any other. */
export const wordsOf = (parse: object | undefined): readonly string[] =>
  (parse === undefined ? undefined : WORDS.get(parse)) ?? [];

/** One of the given words. */
export function oneOf<T extends string>(name: string, words: readonly T[]): (text: string) => T {
  const parse = (text: string): T => {
    const found = words.find((word) => word === text);
    if (found === undefined) {
      throw usageError(`${name} ${JSON.stringify(text)} is not known`, `one of ${words.join(', ')}`);
    }
    return found;
  };
  WORDS.set(parse, words);
  return parse;
}

/** How schedules are picked. `bfs` is what `stateful` becomes with `--preemptions`. */
export const strategy = oneOf<Strategy>(
  'strategy',
  STRATEGIES.filter((name) => name !== 'bfs'),
);

/** The same, or two searches side by side. */
export const exploreStrategy = (text: string): Strategy | 'portfolio' =>
  text === 'portfolio' ? text : strategy(text);

/** A memory model. */
export const memory = oneOf<MemoryModelName>('memory model', MEMORY_MODELS);

/** Threads beyond this many cost more than they bring. */
const MOST_WORKERS = 256;

/** A number of workers or of things for them to do. */
export function crowd(name: string): (text: string) => number {
  const whole = wholeNumber(name, 1);
  return (text) => {
    const count = whole(text);
    if (count <= MOST_WORKERS) return count;
    throw usageError(`${name} ${count} is too many`, `at most ${MOST_WORKERS}`);
  };
}

/** Number of worker threads. */
export const workers = crowd('--workers');
