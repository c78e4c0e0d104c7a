/**
 * Small checks that turn unknown JSON into typed values, or say where it went wrong.
 */
import { RacewalkError } from '@racewalk/core/step';

/** Returns `value` as a `T`, or throws; `at` is the place in the file, for instance `events[3].label`. */
export type Check<T> = (value: unknown, at: string) => T;

/** The error every check throws. */
export function bad(at: string, found: unknown, expected: string, hint = DEFAULT_HINT): RacewalkError {
  return new RacewalkError('RACEWALK_BAD_TRACE', `bad trace: ${at || 'the file'} is ${show(found)}`, {
    expected,
    hint,
  });
}

const DEFAULT_HINT = 'record the trace again, for instance with: racewalk explain TEST --format json';

function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Any text. */
export const text: Check<string> = (value, at) => {
  if (typeof value !== 'string') throw bad(at, value, 'a text');
  return value;
};

/** Text that is not empty. */
export const name: Check<string> = (value, at) => {
  if (typeof value !== 'string' || value === '') throw bad(at, value, 'a text that is not empty');
  return value;
};

/** True or false. */
export const flag: Check<boolean> = (value, at) => {
  if (typeof value !== 'boolean') throw bad(at, value, 'true or false');
  return value;
};

/** An integer, of either sign. */
export const integer: Check<number> = (value, at) => {
  if (!Number.isSafeInteger(value)) throw bad(at, value, 'an integer');
  return value as number;
};

/** An integer >= 0. */
export const count: Check<number> = (value, at) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw bad(at, value, 'an integer >= 0');
  return value as number;
};

/** A finite number, a text or a truth value. */
export const scalar: Check<number | string | boolean> = (value, at) => {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw bad(at, value, 'a number, a text, true or false');
};

/** One of a list of words. */
export function oneOf<T extends string>(words: readonly T[]): Check<T> {
  return (value, at) => {
    const found = words.find((word) => word === value);
    if (found === undefined) throw bad(at, value, `one of ${words.join(', ')}`);
    return found;
  };
}

/** What `check` accepts, or null. */
export function nullable<T>(check: Check<T>): Check<T | null> {
  return (value, at) => (value === null ? null : check(value, at));
}

/** What `check` accepts, or nothing. */
export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value, at) => (value === undefined ? undefined : check(value, at));
}

/** A list of what `check` accepts. */
export function list<T>(check: Check<T>): Check<T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) throw bad(at, value, 'a list');
    return value.map((item: unknown, i) => check(item, `${at}[${i}]`));
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object whose values `check` accepts, under any keys. */
export function dictionary<T>(check: Check<T>): Check<Record<string, T>> {
  return (value, at) => {
    if (!isObject(value)) throw bad(at, value, 'an object');
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, check(v, `${at}.${k}`)]));
  };
}

/** An object of fixed fields. Fields it does not know are left out of the result. */
export function object<T extends object>(shape: { readonly [K in keyof T]-?: Check<T[K]> }): Check<T> {
  const fields = Object.entries<Check<unknown>>(shape);
  return (value, at) => {
    if (!isObject(value)) throw bad(at, value, 'an object');
    const out: [string, unknown][] = [];
    for (const [key, check] of fields) {
      const given = Object.hasOwn(value, key) ? value[key] : undefined;
      const checked = check(given, at ? `${at}.${key}` : key);
      if (checked !== undefined) out.push([key, checked]);
    }
    return Object.fromEntries(out) as T;
  };
}
