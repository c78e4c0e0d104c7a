/** Reads reports and checkpoints, trusting nothing in them. */
import { RacewalkError } from '@racewalk/core';
import type { z } from 'zod';
import { type RunState, runState } from './checkpoint.js';
import { REPORT_SCHEMA } from './names.js';
import type { ConformanceReport } from './report.js';
import { reportFile, unfiled } from './report-file.js';

/** The first thing that is wrong: where, what stands there, and what should. */
interface Problem {
  readonly message: string;
  readonly expected: string;
}

/** `cells[3].verdict`. */
const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .slice(1) || 'the file';

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  const inside = (at: unknown, key: PropertyKey): unknown =>
    typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined;
  return path.reduce(inside, value);
}

/** Short enough for a line. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value).slice(0, 100);
}

function problemOf(value: unknown, error: z.ZodError): Problem {
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  const message = `${placeOf(path)} is ${textOf(valueAt(value, path))}`;
  const expected = (issue?.message ?? '').replace(/^.*?expected /, '').replace(/, received .*$/, '');
  return { message, expected };
}

/** The value, if it is what the schema says; what `refuse` makes of the problem is thrown otherwise. */
function checked<T>(schema: z.ZodType<T>, value: unknown, refuse: (problem: Problem) => RacewalkError): T {
  const { error } = schema.safeParse(value);
  if (error !== undefined) throw refuse(problemOf(value, error));
  return value as T;
}

function badReport({ message, expected }: Problem): RacewalkError {
  return new RacewalkError('RACEWALK_BAD_REPORT', `not a conformance report: ${message}`, {
    expected,
    hint: 'make one with: racewalk conformance --reporter json --output FILE',
  });
}

/** The report in a file; `input` is JSON text. Throws `RACEWALK_BAD_REPORT`. */
export function parseReport(input: string): ConformanceReport {
  let value: unknown;
  try {
    value = JSON.parse(input);
  } catch (error) {
    throw badReport({ message: error instanceof Error ? error.message : String(error), expected: 'JSON' });
  }
  const schema: unknown =
    typeof value === 'object' && value !== null ? (value as { schema?: unknown }).schema : '';
  if (typeof schema === 'string' && schema !== REPORT_SCHEMA && /^racewalk\.conformance\/\d+$/.test(schema)) {
    throw new RacewalkError('RACEWALK_BAD_REPORT', `a report of another version of Racewalk: ${schema}`, {
      expected: REPORT_SCHEMA,
      hint: 'make it anew with this version: racewalk conformance --reporter json --output FILE',
    });
  }
  return unfiled(checked(reportFile, value, badReport), (place, what) => {
    throw badReport({ message: `${place} is ${what}`, expected: 'what the tables of the file have' });
  });
}

/** Check what a checkpoint file holds; throws `RACEWALK_BAD_CHECKPOINT`. */
export function checkRunState(value: unknown): RunState {
  return checked(
    runState,
    value,
    ({ message, expected }) =>
      new RacewalkError('RACEWALK_BAD_CHECKPOINT', `not a checkpoint of a run: ${message}`, {
        expected,
        hint: 'remove the file to start anew',
      }),
  );
}
